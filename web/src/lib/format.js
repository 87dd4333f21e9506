// Numbers and dates as people read them.
const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

export const missing = (v) => v === null || v === undefined || Number.isNaN(v);

export function count(v) {
  if (missing(v)) return 'not known';
  if (v > 0 && v < 0.5) return 'fewer than 1';
  if (Math.abs(v) < 10 && v !== Math.round(v)) return v.toFixed(1);
  return whole.format(v);
}

// 11.2 million, 84,000, 1,230, 17: three figures are as many as a simulation can stand for.
export function about(v) {
  if (missing(v)) return 'not known';
  const size = Math.abs(v);
  if (size >= 1e6) return `${Number((v / 1e6).toPrecision(3))} million`;
  if (size >= 1000) return whole.format(Number(v.toPrecision(3)));
  return count(v);
}

// Sums of money run into billions.
export const dollars = (v) => (Math.abs(v) >= 1e9 ? `${Number((v / 1e9).toPrecision(3))} billion` : about(v));

export function axis(v) {
  if (Math.abs(v) >= 1e6) return `${+(v / 1e6).toFixed(2)} m`;
  return whole.format(v);
}

export const percent = (share, digits = 0) => (missing(share) ? 'not known' : `${(100 * share).toFixed(digits)}%`);

export function range(low, high, f = about) {
  if (missing(low) || missing(high)) return '';
  const [a, b] = [f(low), f(high)];
  return `${a.endsWith(' million') && b.endsWith(' million') ? a.slice(0, -8) : a} to ${b}`;
}

export function monthName(label) {
  const [year, month] = label.split('-');
  return `${MONTHS[Number(month) - 1]} ${year}`;
}

export function dateName(iso) {
  if (!iso) return '';
  const [y, m, d] = iso.split('-');
  return d ? `${Number(d)} ${MONTHS[Number(m) - 1]} ${y}` : m ? `${MONTHS[Number(m) - 1]} ${y}` : y;
}

// Position of a date on an axis of months: 2013-01-16 on an axis from 2013-01 is about 0.5.
export function monthPosition(iso, months) {
  const [y0, m0] = months[0].split('-').map(Number);
  const [y, m, d = 1] = iso.split('-').map(Number);
  return (y - y0) * 12 + (m - m0) + (d - 1) / 30.5;
}

export const short = (text, most = 44) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

export const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
