// Differences as people read them; the twin of travesia.reporting.comparison_words.
import type { Verdict } from '../payload';
import { about, missing, type Known } from './format';

const MINUS = '−';
export type Tone = 'more' | 'fewer' | 'loose';
const size = (v: number) => (v < 1 ? String(Number(v.toPrecision(1))) : about(v));
export const signed = (v: Known) => (missing(v) ? '' : v === 0 ? '0' : `${v > 0 ? '+' : MINUS}${size(Math.abs(v))}`);
export const signedPercent = (v: Known) => (missing(v) ? '' : `${v > 0 ? '+' : v < 0 ? MINUS : ''}${Math.abs(v) >= 100 ? about(Math.abs(v)) : Number(Math.abs(v).toPrecision(2))}\u00a0%`);
export const interval = (low: Known, high: Known, f: (v: Known) => string = signed) => (missing(low) || missing(high) ? '' : low === high ? f(low) : `${f(low)} to ${f(high)}`);
export const VERDICTS: Record<Verdict, string> = { more: 'more in all but one pair in twenty', fewer: 'fewer in all but one pair in twenty', unclear: 'pairs do not agree', same: 'no change', single: 'one pair only' };
// More is orange and fewer is blue, whatever the good of it; what pairs do not agree on is grey.
export const tone = (verdict: Verdict, value: number): Tone => (verdict === 'unclear' || verdict === 'same' || value === 0 ? 'loose' : value > 0 ? 'more' : 'fewer');
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

// A domain that holds zero and all the values, with a little room.
export function domain(values: number[]): [number, number] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const room = 0.04 * (high - low || 1);
  return [low - room, high + room];
}
