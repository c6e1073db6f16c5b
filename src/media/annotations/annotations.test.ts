import assert from 'node:assert/strict'
import { test } from 'node:test'
import { media, problemsOf, read } from '../../../test/support/annotations.ts'
import { maxFaults } from '../archive/faults.ts'
import { isAnnotationFile, readAnnotations } from './annotations.ts'

test('annotation files are known by their names, in any folder', () => {
  for (const path of [
    'image_annotations.csv',
    'x/object_annotations.csv',
    'a/b/annotations.json',
    'image_annotations.parquet',
    'embeddings.csv',
    'a/embeddings.parquet',
  ])
    assert.ok(isAnnotationFile(path), path)
  for (const path of ['annotations.csv', 'my_annotations.json', 'annotations.json/a.jpg', 'constructor'])
    assert.ok(!isAnnotationFile(path), path)
})

test('image_annotations.csv: labels, captions, typed metadata; rows of one picture add up', async () => {
  const { image, objects, problems } = await read(
    'image_annotations.csv',
    [
      '\ufeffFilename, LABEL ,caption,Camera,taken,score',
      'a.jpg,cat,"Sits, and ""looks""",Nikon,2024-05-01 10:00:00+02:00,0.5',
      'a.jpg,"[""dog"", \'it\'\'s\']",,,,',
      'train/b.jpg,,Only words,,2024-05-01,007',
      'Übung.jpg,"cat, dog",,,,',
      'a.jpg,"[\'cat\', ""bird""]",Sleeps,,,2',
    ].join('\r\n'),
  )
  assert.deepEqual(
    image,
    new Map([
      [
        'a.jpg',
        {
          labels: ['cat', 'bird'],
          caption: 'Sits, and "looks"\nSleeps',
          metadata: { Camera: 'Nikon', taken: '2024-05-01T08:00:00.000000', score: 2 },
        },
      ],
      [
        'train/b.jpg',
        {
          labels: [],
          caption: 'Only words',
          metadata: { taken: '2024-05-01T00:00:00.000000', score: '007' },
        },
      ],
      ['Übung.jpg', { labels: ['cat, dog'], caption: null, metadata: {} }],
    ]),
  )
  assert.equal(objects.size, 0)
  assert.deepEqual(
    problems.map(({ subject }) => subject),
    ['image_annotations.csv line 3'],
  )
  assert.match(problems[0]!.problem, /list of labels/)
})

test('embeddings.csv: vectors alone, beside other annotations of the same pictures', async () => {
  const found = await read(
    'embeddings.csv',
    [
      'filename,embedding,embedding_model',
      'a.jpg,"[3, 4]",toy',
      'train/b.jpg,"[0, 2]",toy',
      'val/c.jpg,"[1]",toy',
    ].join('\n'),
  )
  assert.deepEqual(
    [...found.image].map(([path, { labels, brought }]) => [
      path,
      labels,
      brought?.model,
      brought && [...brought.vector],
    ]),
    [
      ['a.jpg', [], 'client:2:toy', [...Float32Array.of(0.6, 0.8)]],
      ['train/b.jpg', [], 'client:2:toy', [0, 1]],
      ['val/c.jpg', [], undefined, undefined],
    ],
  )
  assert.deepEqual(problemsOf(found), [
    'embeddings.csv line 4: The embedding has a length of 1, those of the dataset of 2; it was left out.',
  ])
  const without = await read('embeddings.csv', 'filename,label\na.jpg,cat')
  assert.deepEqual(problemsOf(without), ["embeddings.csv line 1: The column 'embedding' is missing."])
})

test('every bad row is named by its line, and the rest goes in', async () => {
  const rows = [
    'filename,label,extra',
    'a.jpg,one,1',
    'nowhere.jpg,two,2',
    'a.jpg,three',
    'a.jpg,fo"ur,4',
    '../a.jpg,five,5',
    '"multi',
    'line.jpg",six,6',
    `a.jpg,${'x'.repeat(300)},7`,
    'a.jpg,ni\0ne,8',
    'a.jpg,[broken],9',
    ',ten,10',
    'a.jpg,eleven,11',
  ]
  const found = await read('sub/image_annotations.csv', rows.join('\n'))
  assert.deepEqual(found.image.get('a.jpg')?.labels, ['one', 'eleven'])
  assert.deepEqual(
    problemsOf(found)
      .map(text => text.replace('sub/image_annotations.csv ', ''))
      .toSorted((a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b))), // what is no CSV is found a little earlier
    [
      'line 3: The upload has no picture nowhere.jpg.',
      'line 4: The row has 2 cells instead of 3.',
      'line 5: A quotation mark stands inside a cell; quote the whole cell and double the mark.',
      "line 6: The name leaves its folder with '..'; send a path inside the folder.",
      'line 8: The name holds control characters; rename the file.',
      'line 9: The label is longer than 200 characters.',
      'line 10: The row is not UTF-8 text; save the file as UTF-8.',
      'line 11: The list of labels cannot be read; write ["one", "two"].',
      'line 12: The name is empty; give the file a name.',
    ],
  )
})

test('a quotation mark that is never closed is named once, however much follows', async () => {
  const rows = 'b.jpg,cat\n'.repeat(100_000)
  const found = await read('image_annotations.csv', `filename,label\na.jpg,"cat\n${rows}`, 65_536)
  assert.equal(new Set(problemsOf(found)).size, found.problems.length)
  assert.match(
    problemsOf(found)[0]!,
    /: The row is longer than 131072 bytes; perhaps a quotation mark is not closed/,
  )
})

test('a file whose header cannot be used says so in one sentence', async () => {
  const cases: [string, RegExp][] = [
    ['', /^image_annotations.csv: The file is empty/],
    ['filename;label\na.jpg;cat', /line 1: .*separated by ';'; separate them by commas/],
    ['filename\tlabel\na.jpg\tcat', /separated by 'tab'/],
    ['file,label\na.jpg,cat', /line 1: The column 'filename' is missing/],
    ['a.jpg,cat', /The column 'filename', 'label' is missing/],
  ]
  for (const [content, sentence] of cases) {
    const found = await read('image_annotations.csv', content)
    assert.equal(found.image.size, 0)
    assert.equal(found.problems.length, 1, content)
    assert.match(problemsOf(found)[0]!, sentence)
  }
  const twice = await read('image_annotations.csv', 'filename,label,x,x\na.jpg,cat,1,2')
  assert.deepEqual(twice.image.get('a.jpg')?.metadata, { x: 1 })
  assert.match(problemsOf(twice)[0]!, /line 1: The column 'x' is there twice/)
})

test('a quotation mark that is never closed costs what it swallowed, not the memory', async () => {
  const rest = 'a.jpg,cat\n'.repeat(200_000)
  const found = await read('image_annotations.csv', `filename,label\na.jpg,dog\na.jpg,"oops\n${rest}`, 65_536)
  assert.ok(found.image.get('a.jpg')?.labels.includes('dog'))
  assert.match(problemsOf(found)[0]!, /quotation mark is not closed/)
})

test('faults beyond the cap are counted', async () => {
  const rows = Array.from({ length: maxFaults + 234 }, (_, n) => `missing-${n}.jpg,cat`)
  const { problems } = await read('image_annotations.csv', ['filename,label', ...rows].join('\n'), 4096)
  assert.equal(problems.length, maxFaults + 1)
  assert.equal(problems.at(-1)!.problem, '234 more problems are not listed.')
})

test('pictures are found by the path in the folder of the file, by the path in the upload, by a unique base name', async () => {
  const labelled = async (path: string, name: string) => {
    const found = await read(path, `filename,label\n${name},x`)
    return [...found.image.keys()][0] ?? found.problems[0]!.problem
  }
  assert.equal(await labelled('train/image_annotations.csv', 'a.jpg'), 'train/a.jpg')
  assert.equal(await labelled('image_annotations.csv', 'a.jpg'), 'a.jpg')
  assert.equal(await labelled('other/image_annotations.csv', 'train/a.jpg'), 'train/a.jpg')
  assert.equal(await labelled('image_annotations.csv', '.\\val\\c.jpg'), 'val/c.jpg')
  assert.equal(await labelled('image_annotations.csv', 'images/c.jpg'), 'val/c.jpg')
  assert.equal(await labelled('image_annotations.csv', 'U\u0308bung.jpg'), 'Übung.jpg')
  assert.equal(
    await labelled('image_annotations.csv', 'x/a.jpg'),
    'Several pictures are called a.jpg; write the path too.',
  )
})

test('object_annotations.csv: boxes with labels, bad boxes by line', async () => {
  const found = await read(
    'object_annotations.csv',
    [
      'filename,col_x,row_y,width,height,label',
      'a.jpg,10,20.5,30,40,cat',
      'a.jpg,0,0,1,1,dog',
      'a.jpg,-1,0,1,1,dog',
      'a.jpg,0,0,0,1,dog',
      'a.jpg,0,0,NaN,1,dog',
      'a.jpg,0,0,Infinity,1,dog',
      'a.jpg,0,,1,1,dog',
      'a.jpg,0,0,1,1,',
      'clip.mp4,0,0,1,1,dog',
    ].join('\n'),
  )
  assert.deepEqual(
    found.objects,
    new Map([
      [
        'a.jpg',
        [
          { label: 'cat', box: [10, 20.5, 30, 40] },
          { label: 'dog', box: [0, 0, 1, 1] },
        ],
      ],
    ]),
  )
  assert.deepEqual(
    found.problems.map(({ subject }) => subject.split(' ')[2]),
    ['4', '5', '6', '7', '8', '9', '10'],
  )
  assert.match(found.problems.at(-1)!.problem, /what they are on is a frame/)
  const missing = await read('object_annotations.csv', 'filename,label\na.jpg,cat')
  assert.match(problemsOf(missing)[0]!, /The column 'col_x', 'row_y', 'width', 'height' is missing/)
})

test('a storage that fails is no fault of the file', async () => {
  for (const path of ['image_annotations.csv', 'image_annotations.parquet']) {
    const fail = () => Promise.reject(new Error('disk'))
    const broken = { path, open: fail, local: fail }
    await assert.rejects(readAnnotations([broken], media), /disk/)
  }
})
