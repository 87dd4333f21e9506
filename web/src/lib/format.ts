// Numbers and dates as people read them.
const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

export type Known = number | null | undefined;
export const missing = (v: Known): v is null | undefined => v === null || v === undefined || Number.isNaN(v);

export function count(v: Known): string {
  if (missing(v)) return 'not known';
  if (v > 0 && v < 0.5) return 'fewer than 1';
  if (Math.abs(v) < 10 && v !== Math.round(v)) return v.toFixed(1);
  return whole.format(v);
}

// One way for all numbers: 1.2 billion, 11.2 million, 84,000, 1,230, 17. Three figures are as many
// as a simulation can stand for.
const UNITS: [number, string][] = [[1e9, 'billion'], [1e6, 'million']];
const large = (v: number, figures: (v: number) => number) => {
  const unit = UNITS.find(([s]) => Math.abs(figures(v)) >= s);
  return unit ? `${Number((figures(v) / unit[0]).toPrecision(12))} ${unit[1]}` : null;
};
const three = (v: number) => Number(v.toPrecision(3));

export function about(v: Known): string {
  if (missing(v)) return 'not known';
  return large(v, three) ?? (Math.abs(v) >= 1000 ? whole.format(three(v)) : count(v));
}

// Ticks of an axis are round already and are written out in full.
export const axis = (v: number) => large(v, (x) => x) ?? whole.format(v);
// Room that the longest tick of an axis needs.
export const gutter = (ticks: number[]) => Math.max(44, 14 + 6.9 * Math.max(...ticks.map((t) => axis(t).length)));

export const percent = (share: Known, digits = 0) => (missing(share) ? 'not known' : `${(100 * share).toFixed(digits)}%`);

export function range(low: Known, high: Known, f = about): string {
  if (missing(low) || missing(high)) return '';
  const [a, b] = [f(low), f(high)];
  const shared = UNITS.map(([, word]) => ` ${word}`).find((word) => a.endsWith(word) && b.endsWith(word));
  return `${shared ? a.slice(0, -shared.length) : a} to ${b}`;
}

export function monthName(label: string): string {
  const [year, month] = label.split('-');
  return `${MONTHS[Number(month) - 1]} ${year}`;
}

export function dateName(iso: string | null): string {
  if (!iso) return '';
  const [y, m, d] = iso.split('-');
  return d ? `${Number(d)} ${MONTHS[Number(m) - 1]} ${y}` : m ? `${MONTHS[Number(m) - 1]} ${y}` : y;
}

// Position of a date on an axis of months: 2013-01-16 on an axis from 2013-01 is about 0.5.
export function monthPosition(iso: string, months: string[]): number {
  const [y0, m0] = months[0].split('-').map(Number);
  const [y, m, d = 1] = iso.split('-').map(Number);
  return (y - y0) * 12 + (m - m0) + (d - 1) / 30.5;
}

export const short = (text: string, most = 44) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

export const plural = (n: number, one: string, many: string) => `${count(n)} ${n === 1 ? one : many}`;
