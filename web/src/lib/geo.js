// Projection and shapes. Rings are drawn in the plane, so their winding does not matter.
import { geoMercator } from 'd3-geo';

export function projector(places, width, height, pad) {
  const coordinates = places.map((p) => [p.lon, p.lat]);
  return geoMercator().fitExtent([[pad, pad], [width - pad, height - pad]], { type: 'MultiPoint', coordinates });
}

// Rings are packed as [x0, y0, dx1, dy1, ...] in units of 1/scale degree.
export function outline(ring, scale, project) {
  let x = 0;
  let y = 0;
  let path = '';
  for (let i = 0; i < ring.length; i += 2) {
    x += ring[i];
    y += ring[i + 1];
    const [px, py] = project([x / scale, y / scale]);
    path += `${i ? 'L' : 'M'}${px.toFixed(1)},${py.toFixed(1)}`;
  }
  return `${path}Z`;
}

// A flow bows to its right, so that the two directions and the several modes of one pair
// of places lie side by side.
// Names that help to find one's way; they carry no data.
const COUNTRY_NAMES = [
  ['United States', -99.6, 32.6], ['Mexico', -103.2, 24.2], ['Guatemala', -90.4, 15.9], ['Honduras', -86.6, 14.7], ['El Salvador', -88.9, 13.3],
  ['Nicaragua', -85.1, 12.9], ['Costa Rica', -84.0, 9.6], ['Panama', -80.2, 7.9], ['Colombia', -75.4, 6.4], ['Cuba', -78.6, 21.4], ['Belize', -88.2, 17.6],
];

// Where to write the names of countries: those of the basemap that have room, else the corridor's.
export function countryLabels(basemap, place) {
  return (basemap.names ?? COUNTRY_NAMES).map(([name, lon, lat, wide]) => {
    const [x, y] = place([lon, lat]);
    return { name, x, y, room: wide === undefined ? Infinity : place([lon + wide, lat])[0] - x };
  }).filter((c) => c.room > 7.6 * c.name.length);
}

export function bow(a, b, turn) {
  return [(a[0] + b[0]) / 2 - (b[1] - a[1]) * turn, (a[1] + b[1]) / 2 + (b[0] - a[0]) * turn];
}

export function onCurve(a, c, b, t) {
  const s = 1 - t;
  return [s * s * a[0] + 2 * s * t * c[0] + t * t * b[0], s * s * a[1] + 2 * s * t * c[1] + t * t * b[1]];
}

// Lines of longitude and latitude, for maps without outlines.
export function graticule(project, width, height) {
  const [west, north] = project.invert([0, 0]);
  const [east, south] = project.invert([width, height]);
  const span = Math.max(east - west, north - south);
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30].find((s) => span / s <= 7) ?? 45;
  const steps = (low, high) => Array.from({ length: Math.max(0, Math.floor(high / step) - Math.ceil(low / step) + 1) }, (_, i) => Number(((Math.ceil(low / step) + i) * step).toFixed(2)));
  const name = (v, plus, minus) => `${Math.abs(v)}\u00b0\u00a0${v > 0 ? plus : v < 0 ? minus : ''}`.trim();
  return [
    ...steps(west, east).map((v) => { const [x] = project([v, north]); return { id: `x${v}`, d: `M${x.toFixed(1)},0V${height}`, x: x + 3, y: height - 5, name: name(v, 'E', 'W') }; }),
    ...steps(south, north).map((v) => { const [, y] = project([west, v]); return { id: `y${v}`, d: `M0,${y.toFixed(1)}H${width}`, x: 4, y: y - 3, name: name(v, 'N', 'S') }; }),
  ];
}
