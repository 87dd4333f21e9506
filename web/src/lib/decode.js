// Unpacks counts: base64 of little-endian base-128 integers, where a zero is followed by
// the number of further zeros. The Python twin is travesia.reporting.packing.
export function unpack(text, length) {
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

// A block of counts with its shape: cube.at(i, j, k).
export function cube(block) {
  const [a, b, c] = block.shape;
  const values = block.data ? unpack(block.data, a * b * c) : new Float64Array(a * b * c);
  return { shape: block.shape, values, at: (i, j, k) => values[(i * b + j) * c + k] };
}
