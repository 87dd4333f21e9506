// What charts over time share.
import { area, line } from 'd3-shape';
import { missing, type Known } from './format';

type Scale = (v: number) => number;

// A line through the known values of some positions.
export const curve = (index: number[], X: Scale, Y: Scale, values: Known[]) => line<number>((i) => X(i), (i) => Y(values[i]!)).defined((i) => !missing(values[i]))(index);

// The area between two series, where both are known.
export const band = (index: number[], X: Scale, Y: Scale, low: Known[], high: Known[]) => area<number>((i) => X(i), (i) => Y(low[i]!), (i) => Y(high[i]!)).defined((i) => !missing(low[i]) && !missing(high[i]))(index);

// Where the pointer is, from the left edge of what it moves over.
export const across = (event: PointerEvent & { currentTarget: HTMLElement }) => event.clientX - event.currentTarget.getBoundingClientRect().left;

// Months that a key moves the cursor by; 0 for other keys.
export function stride(event: KeyboardEvent): number {
  const step = ({ ArrowRight: 1, ArrowLeft: -1, PageUp: 12, PageDown: -12 } as Record<string, number>)[event.key] ?? 0;
  if (step) event.preventDefault();
  return step;
}

export const clamp = (v: number, low: number, high: number) => Math.max(low, Math.min(high, v));

// Numbers of marks near each other stand side by side, joined to their line.
export function apart<T extends { at: number }>(marks: T[], width: number, step: number): (T & { x: number })[] {
  let edge = -Infinity;
  const placed = [...marks].sort((a, b) => a.at - b.at).map((m) => { const x = Math.max(m.at, edge + step); edge = x; return { ...m, x }; });
  for (let i = placed.length - 1, most = width - 9; i >= 0 && placed[i].x > most; i -= 1, most -= step) placed[i].x = most;
  return placed;
}
