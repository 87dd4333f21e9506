// Projection and shapes. Rings are drawn in the plane, so their winding does not matter.
import { geoMercator, type GeoProjection } from 'd3-geo';
import type { Basemap, Leg, Place } from '../payload';

export type Point = [number, number];
// A stretch bows from a to b by way of c.
export interface Curve { a: Point; c: Point; b: Point }

export function projector(places: Place[], width: number, height: number, pad: number): GeoProjection {
  const coordinates = places.map((p): Point => [p.lon, p.lat]);
  return geoMercator().fitExtent([[pad, pad], [width - pad, height - pad]], { type: 'MultiPoint', coordinates });
}

export const project = (projection: GeoProjection, p: Point): Point => projection(p) as Point;

// Rings are packed as [x0, y0, dx1, dy1, ...] in units of 1/scale degree.
export function outline(ring: number[], scale: number, projection: GeoProjection): string {
  let x = 0;
  let y = 0;
  let path = '';
  for (let i = 0; i < ring.length; i += 2) {
    x += ring[i];
    y += ring[i + 1];
    const [px, py] = project(projection, [x / scale, y / scale]);
    path += `${i ? 'L' : 'M'}${px.toFixed(1)},${py.toFixed(1)}`;
  }
  return `${path}Z`;
}

// Where to write the names of countries that have room.
export function countryLabels(basemap: Basemap, place: (p: Point) => Point) {
  return basemap.names.map(([name, lon, lat, wide]) => {
    const [x, y] = place([lon, lat]);
    return { name, x, y, room: wide === null ? Infinity : place([lon + wide, lat])[0] - x };
  }).filter((c) => c.room > 7.6 * c.name.length);
}

// A flow bows to its right, so that the two directions and the several modes of one pair
// of places lie side by side; stretches of the same pair and direction fan out.
export function fan(legs: Leg[]): (points: Point[]) => Curve[] {
  const seen = new Map<string, number>();
  const turns = legs.map((leg) => {
    const key = `${leg.from}>${leg.to}`;
    const n = seen.get(key) ?? 0;
    seen.set(key, n + 1);
    return 0.1 + 0.09 * n;
  });
  return (points) => legs.map((leg, i) => {
    const [a, b] = [points[leg.from], points[leg.to]];
    return { a, b, c: [(a[0] + b[0]) / 2 - (b[1] - a[1]) * turns[i], (a[1] + b[1]) / 2 + (b[0] - a[0]) * turns[i]] };
  });
}

export function onCurve({ a, c, b }: Curve, t: number): Point {
  const s = 1 - t;
  return [s * s * a[0] + 2 * s * t * c[0] + t * t * b[0], s * s * a[1] + 2 * s * t * c[1] + t * t * b[1]];
}

export const drawn = ({ a, c, b }: Curve): string => {
  const [p, q, r] = [a, c, b].map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return `M${p}Q${q} ${r}`;
};

// Lines of longitude and latitude, for maps without outlines.
export function graticule(projection: GeoProjection, width: number, height: number) {
  const [west, north] = projection.invert!([0, 0])!;
  const [east, south] = projection.invert!([width, height])!;
  const span = Math.max(east - west, north - south);
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30].find((s) => span / s <= 7) ?? 45;
  const steps = (low: number, high: number) => Array.from({ length: Math.max(0, Math.floor(high / step) - Math.ceil(low / step) + 1) }, (_, i) => Number(((Math.ceil(low / step) + i) * step).toFixed(2)));
  const name = (v: number, plus: string, minus: string) => `${Math.abs(v)}\u00b0\u00a0${v > 0 ? plus : v < 0 ? minus : ''}`.trim();
  return [
    ...steps(west, east).map((v) => { const [x] = project(projection, [v, north]); return { id: `x${v}`, d: `M${x.toFixed(1)},0V${height}`, x: x + 3, y: height - 5, name: name(v, 'E', 'W') }; }),
    ...steps(south, north).map((v) => { const [, y] = project(projection, [west, v]); return { id: `y${v}`, d: `M0,${y.toFixed(1)}H${width}`, x: 4, y: y - 3, name: name(v, 'N', 'S') }; }),
  ];
}
