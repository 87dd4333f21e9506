// Differences as people read them; the twin of travesia.reporting.comparison_words.
import { about, missing } from './format.js';

const MINUS = '−';
const size = (v) => (v < 1 ? String(Number(v.toPrecision(1))) : about(v));
export const signed = (v) => (missing(v) ? '' : v === 0 ? '0' : `${v > 0 ? '+' : MINUS}${size(Math.abs(v))}`);
export const signedPercent = (v) => (missing(v) ? '' : `${v > 0 ? '+' : v < 0 ? MINUS : ''}${Math.abs(v) >= 100 ? about(Math.abs(v)) : Number(Math.abs(v).toPrecision(2))}\u00a0%`);
export const interval = (low, high, f = signed) => (missing(low) || missing(high) ? '' : low === high ? f(low) : `${f(low)} to ${f(high)}`);
export const VERDICTS = { more: 'more in all but one pair in twenty', fewer: 'fewer in all but one pair in twenty', unclear: 'pairs do not agree', same: 'no change', single: 'one pair only' };
// More is orange and fewer is blue, whatever the good of it; what pairs do not agree on is grey.
export const tone = (verdict, value) => (verdict === 'unclear' || verdict === 'same' || value === 0 ? 'loose' : value > 0 ? 'more' : 'fewer');
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// A domain that holds zero and all the values, with a little room.
export function domain(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const room = 0.04 * (high - low || 1);
  return [low - room, high + room];
}
