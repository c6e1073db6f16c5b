;; Scales rows of red, green and blue bytes down, each pixel a weighted sum of those around it: first over the rows, then
;; along the row that results. Weights are 16-bit numbers, in 16384ths; one instruction multiplies eight and adds each two.
;; `npm run kernel` turns this into shrink-bytes.ts.
(module
  (memory (export "memory") 1)

  ;; `down` and `along` hold for each row, or pixel, of the result: its first of the old ones, then its weights, 4 bytes for
  ;; each of `downPairs` and 16 for each of `alongEights`. What is read beyond the last row or pixel has no weight. `sum` holds
  ;; a row of the old width, `row` the same in three planes of `plane` bytes: its reds, greens and blues.
  (func (export "shrink")
    (param $pixels i32) (param $rowBytes i32) (param $down i32) (param $downPairs i32)
    (param $along i32) (param $alongEights i32) (param $sum i32) (param $row i32) (param $plane i32)
    (param $out i32) (param $width i32) (param $height i32)
    (local $column i32) (local $at i32) (local $weight i32) (local $weightEnd i32) (local $to i32)
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

      ;; 16 pixels, 48 bytes, become 16 bytes of each plane.
      (local.set $at (local.get $sum))
      (local.set $to (local.get $row))
      (loop $nextSixteen
        (local.set $a (v128.load (local.get $at)))
        (local.set $b (v128.load offset=16 (local.get $at)))
        (local.set $c (v128.load offset=32 (local.get $at)))
        (v128.store (local.get $to)
          (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 17 20 23 26 29
            (i8x16.shuffle 0 3 6 9 12 15 18 21 24 27 30 0 0 0 0 0 (local.get $a) (local.get $b)) (local.get $c)))
        (v128.store (i32.add (local.get $to) (local.get $plane))
          (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 18 21 24 27 30
            (i8x16.shuffle 1 4 7 10 13 16 19 22 25 28 31 0 0 0 0 0 (local.get $a) (local.get $b)) (local.get $c)))
        (v128.store (i32.add (local.get $to) (i32.shl (local.get $plane) (i32.const 1)))
          (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 16 19 22 25 28 31
            (i8x16.shuffle 2 5 8 11 14 17 20 23 26 29 0 0 0 0 0 0 (local.get $a) (local.get $b)) (local.get $c)))
        (local.set $at (i32.add (local.get $at) (i32.const 48)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br_if $nextSixteen (i32.lt_u (local.get $at) (i32.add (local.get $sum) (local.get $rowBytes)))))

      ;; Along the row. Each pixel is stored with a fourth byte, where the next one goes.
      (local.set $weight (local.get $along))
      (local.set $x (local.get $width))
      (loop $nextPixel
        (local.set $at (i32.add (local.get $row) (i32.load (local.get $weight))))
        (local.set $weight (i32.add (local.get $weight) (i32.const 4)))
        (local.set $weightEnd (i32.add (local.get $weight) (i32.shl (local.get $alongEights) (i32.const 4))))
        (local.set $a (v128.const i32x4 8192 0 0 0))
        (local.set $b (local.get $a))
        (local.set $c (local.get $a))
        (loop $nextEight
          (local.set $w (v128.load (local.get $weight)))
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (local.get $w) (v128.load8x8_u (local.get $at)))))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (local.get $w) (v128.load8x8_u (i32.add (local.get $at) (local.get $plane))))))
          (local.set $c (i32x4.add (local.get $c)
            (i32x4.dot_i16x8_s (local.get $w)
              (v128.load8x8_u (i32.add (local.get $at) (i32.shl (local.get $plane) (i32.const 1)))))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (local.set $weight (i32.add (local.get $weight) (i32.const 16)))
          (br_if $nextEight (i32.lt_u (local.get $weight) (local.get $weightEnd))))
        ;; The four numbers of each become one: first two of red beside two of green, and two of blue.
        (local.set $d (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $a) (local.get $b))
          (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31 (local.get $a) (local.get $b))))
        (local.set $c (i32x4.add (local.get $c)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $c) (local.get $c))))
        (local.set $a (i32x4.shr_s
          (i32x4.add
            (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 16 17 18 19 (local.get $d) (local.get $c))
            (i8x16.shuffle 8 9 10 11 12 13 14 15 20 21 22 23 20 21 22 23 (local.get $d) (local.get $c)))
          (i32.const 14)))
        (local.set $a (i16x8.narrow_i32x4_s (local.get $a) (local.get $a)))
        (v128.store32_lane 0 (local.get $out) (i8x16.narrow_i16x8_u (local.get $a) (local.get $a)))
        (local.set $out (i32.add (local.get $out) (i32.const 3)))
        (local.set $x (i32.sub (local.get $x) (i32.const 1)))
        (br_if $nextPixel (local.get $x)))
      (local.set $height (i32.sub (local.get $height) (i32.const 1)))
      (br_if $nextRow (local.get $height)))))
