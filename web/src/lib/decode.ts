// Unpacks counts: base64 of little-endian base-128 integers, where a zero is followed by
// the number of further zeros. The Python twin is travesia.reporting.packing.
import type { Block } from '../payload';

export function unpack(text: string, length: number): Float64Array {
  const bytes = atob(text);
  const out = new Float64Array(length);
  let at = 0;
  let position = 0;
  const next = () => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes.charCodeAt(position++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < length && position < bytes.length) {
    const value = next();
    if (value === 0) at += 1 + next();
    else out[at++] = value;
  }
  return out;
}

// A block of counts with its shape, as a function of its three positions.
export function cube(block: Block): (i: number, j: number, k: number) => number {
  const [a, b, c] = block.shape;
  const values = unpack(block.data, a * b * c);
  return (i, j, k) => values[(i * b + j) * c + k];
}
