// Writes small ONNX models: protocol buffers by hand, as far as a few nodes need them.
// The numbers of the fields are those of onnx.proto3.

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field * 8), ...varint(value)])
const bytes = (field: number, value: Buffer | string): Buffer => {
  const content = Buffer.from(value as string)
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]), content])
}
const message = (field: number, ...parts: Buffer[]): Buffer => bytes(field, Buffer.concat(parts))

type ElementType = 'float' | 'int64'
const elementTypes: Record<ElementType, number> = { float: 1, int64: 7 }
const attributeTypes = { number: 2, numbers: 7 }

export interface Value {
  name: string
  type: ElementType
  /** A name for what may be of any length. */
  shape: (string | number)[]
}
export interface Node {
  op: string
  inputs: string[]
  outputs: string[]
  attributes?: Record<string, number | number[]>
}
export interface Weights {
  name: string
  shape: number[]
  values: number[]
}

const asValue = (field: number, { name, type, shape }: Value): Buffer =>
  message(
    field,
    bytes(1, name),
    message(
      2,
      message(
        1,
        number(1, elementTypes[type]),
        message(
          2,
          ...shape.map(size => message(1, typeof size === 'string' ? bytes(2, size) : number(1, size))),
        ),
      ),
    ),
  )

const asNode = ({ op, inputs, outputs, attributes = {} }: Node): Buffer =>
  message(
    1,
    ...inputs.map(name => bytes(1, name)),
    ...outputs.map(name => bytes(2, name)),
    bytes(4, op),
    ...Object.entries(attributes).map(([name, value]) =>
      message(
        5,
        bytes(1, name),
        ...(typeof value === 'number'
          ? [number(3, value), number(20, attributeTypes.number)]
          : [...value.map(one => number(8, one)), number(20, attributeTypes.numbers)]),
      ),
    ),
  )

const asWeights = ({ name, shape, values }: Weights): Buffer =>
  message(
    5,
    ...shape.map(size => number(1, size)),
    number(2, elementTypes.float),
    bytes(8, name),
    bytes(9, Buffer.from(Float32Array.from(values).buffer)),
  )

export const onnxModel = (graph: {
  inputs: Value[]
  outputs: Value[]
  nodes: Node[]
  weights: Weights[]
}): Buffer =>
  Buffer.concat([
    number(1, 8), // ir_version
    message(
      7,
      ...graph.nodes.map(asNode),
      bytes(2, 'graph'),
      ...graph.weights.map(asWeights),
      ...graph.inputs.map(value => asValue(11, value)),
      ...graph.outputs.map(value => asValue(12, value)),
    ),
    message(8, bytes(1, ''), number(2, 13)), // opset 13
  ])
