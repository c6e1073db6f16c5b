;; Scales rows of red, green and blue bytes down, each pixel a weighted sum of those around it: first over the rows, into
;; one row of the new height, then along that row. Weights are 16-bit, in 16384ths, and stand in pairs, as one instruction
;; multiplies and adds a pair. `npm run kernel` turns this into shrink-bytes.ts.
(module
  (memory (export "memory") 1)

  ;; `down` and `along` hold for each row, or pixel, of the result: its first of the old ones, then its pairs of weights
  ;; (4 bytes each, `downPairs` and `alongPairs` of them). A pair may begin on the last row or pixel; what is read beyond
  ;; has no weight. `sum` holds a row of the old width in whole 16 bytes, `row` what `sum` becomes: two pixels in 8 bytes,
  ;; their reds, greens, blues, and nothing.
  (func (export "shrink")
    (param $pixels i32) (param $rowBytes i32) (param $down i32) (param $downPairs i32)
    (param $along i32) (param $alongPairs i32) (param $sum i32) (param $row i32)
    (param $out i32) (param $width i32) (param $height i32)
    (local $column i32) (local $at i32) (local $weight i32) (local $weightEnd i32) (local $from i32) (local $to i32)
    (local $x i32) (local $w v128)
    (local $upper v128) (local $lower v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $nextRow
      ;; Over the rows, 16 bytes at a time.
      (local.set $column (i32.const 0))
      (loop $nextColumns
        (local.set $a (v128.const i32x4 8192 8192 8192 8192))
        (local.set $b (local.get $a))
        (local.set $c (local.get $a))
        (local.set $d (local.get $a))
        (local.set $at (i32.add (local.get $pixels)
          (i32.add (local.get $column) (i32.mul (i32.load (local.get $down)) (local.get $rowBytes)))))
        (local.set $weight (i32.add (local.get $down) (i32.const 4)))
        (local.set $weightEnd (i32.add (local.get $weight) (i32.shl (local.get $downPairs) (i32.const 2))))
        (loop $nextPair
          (local.set $w (v128.load32_splat (local.get $weight)))
          (local.set $upper (v128.load8x8_u (local.get $at)))
          (local.set $lower (v128.load8x8_u (i32.add (local.get $at) (local.get $rowBytes))))
          (local.set $a (i32x4.add (local.get $a) (i32x4.dot_i16x8_s (local.get $w)
            (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $upper) (local.get $lower)))))
          (local.set $b (i32x4.add (local.get $b) (i32x4.dot_i16x8_s (local.get $w)
            (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $upper) (local.get $lower)))))
          (local.set $upper (v128.load8x8_u offset=8 (local.get $at)))
          (local.set $lower (v128.load8x8_u offset=8 (i32.add (local.get $at) (local.get $rowBytes))))
          (local.set $c (i32x4.add (local.get $c) (i32x4.dot_i16x8_s (local.get $w)
            (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $upper) (local.get $lower)))))
          (local.set $d (i32x4.add (local.get $d) (i32x4.dot_i16x8_s (local.get $w)
            (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $upper) (local.get $lower)))))
          (local.set $at (i32.add (local.get $at) (i32.shl (local.get $rowBytes) (i32.const 1))))
          (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
          (br_if $nextPair (i32.lt_u (local.get $weight) (local.get $weightEnd))))
        (v128.store (i32.add (local.get $sum) (local.get $column))
          (i8x16.narrow_i16x8_u
            (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $a) (i32.const 14)) (i32x4.shr_s (local.get $b) (i32.const 14)))
            (i16x8.narrow_i32x4_s (i32x4.shr_s (local.get $c) (i32.const 14)) (i32x4.shr_s (local.get $d) (i32.const 14)))))
        (local.set $column (i32.add (local.get $column) (i32.const 16)))
        (br_if $nextColumns (i32.lt_u (local.get $column) (local.get $rowBytes))))
      (local.set $down (local.get $weightEnd))

      ;; Four pixels, 12 bytes, become two pairs.
      (local.set $from (local.get $sum))
      (local.set $to (local.get $row))
      (loop $nextFour
        (local.set $upper (v128.load (local.get $from)))
        (v128.store (local.get $to)
          (i8x16.shuffle 0 3 1 4 2 5 16 16 6 9 7 10 8 11 16 16 (local.get $upper) (v128.const i32x4 0 0 0 0)))
        (local.set $from (i32.add (local.get $from) (i32.const 12)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br_if $nextFour (i32.lt_u (local.get $from) (i32.add (local.get $sum) (local.get $rowBytes)))))

      ;; Along the row. Each pixel is stored with a fourth byte, where the next one goes.
      (local.set $weight (local.get $along))
      (local.set $x (local.get $width))
      (loop $nextPixel
        (local.set $at (i32.add (local.get $row) (i32.shl (i32.load (local.get $weight)) (i32.const 2))))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (local.set $weightEnd (i32.add (local.get $weight) (i32.shl (local.get $alongPairs) (i32.const 2))))
        (local.set $a (v128.const i32x4 8192 8192 8192 8192))
        (local.set $b (v128.const i32x4 0 0 0 0))
        (loop $nextPair
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (v128.load32_splat (local.get $weight)) (v128.load8x8_u (local.get $at)))))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (v128.load32_splat offset=4 (local.get $weight)) (v128.load8x8_u offset=8 (local.get $at)))))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 8)))
          (br_if $nextPair (i32.lt_u (local.get $weight) (local.get $weightEnd))))
        (local.set $a (i32x4.shr_s (i32x4.add (local.get $a) (local.get $b)) (i32.const 14)))
        (local.set $a (i16x8.narrow_i32x4_s (local.get $a) (local.get $a)))
        (v128.store32_lane 0 (local.get $out) (i8x16.narrow_i16x8_u (local.get $a) (local.get $a)))
        (local.set $out (i32.add (local.get $out) (i32.const 3)))
        (local.set $x (i32.sub (local.get $x) (i32.const 1)))
        (br_if $nextPixel (local.get $x)))
      (local.set $height (i32.sub (local.get $height) (i32.const 1)))
      (br_if $nextRow (local.get $height)))))
