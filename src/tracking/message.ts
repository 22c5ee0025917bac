/**
 * A message in the wire format of Protocol Buffers, field by field. Numbers that are 0, and empty texts, are written,
 * too.
 */
export class Message {
  readonly #parts: Buffer[] = [];

  /** A whole number from 0 to 2^53 - 1 (int64, enum or bool). */
  whole(field: number, value: number): this {
    return this.#add(varint(8 * field), varint(value));
  }

  double(field: number, value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return this.#add(varint(8 * field + 1), bytes);
  }

  float(field: number, value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return this.#add(varint(8 * field + 5), bytes);
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(varint(8 * field + 2), varint(value.length), value);
  }

  /** Another message. */
  inner(field: number, message: Message): this {
    return this.bytes(field, message.encoded());
  }

  /** A packed list. */
  doubles(field: number, values: readonly number[]): this {
    const bytes = Buffer.alloc(8 * values.length);
    for (const [at, value] of values.entries()) bytes.writeDoubleLE(value, 8 * at);
    return this.bytes(field, bytes);
  }

  encoded(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #add(...parts: readonly Uint8Array[]): this {
    this.#parts.push(...parts.map((part) => Buffer.from(part)));
    return this;
  }
}

/** A whole number by seven bits a byte, the low ones first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
}
