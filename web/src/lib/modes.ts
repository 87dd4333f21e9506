// One colour and one second mark per mode: whoever does not see the colours apart still sees
// dashes on lines and hatches on areas. The colours stay apart (CIE76 of 20 and more) for readers
// with deuteranopia and protanopia; tests/browser/test_colours.py measures it.
interface Style { colour: string; dash: number[] | null; hatch: [number, number] | null }
const MODES: Record<string, Style> = {
  bus: { colour: '--mode-bus', dash: null, hatch: null },
  guided_vehicle: { colour: '--mode-guided', dash: [3, 1], hatch: [45, 5] },
  goods_truck: { colour: '--mode-truck', dash: [1.3, 1.3], hatch: [135, 5] },
  freight_train: { colour: '--mode-train', dash: [5, 1, 1, 1], hatch: [90, 4] },
  walk_road: { colour: '--mode-road', dash: [0.6, 1], hatch: [0, 4] },
  walk_track: { colour: '--mode-track', dash: [0.6, 2.2], hatch: [0, 8] },
  boat_raft: { colour: '--mode-boat', dash: [3, 1, 0.8, 1, 0.8, 1], hatch: [45, 10] },
  air: { colour: '--mode-air', dash: [1, 4], hatch: [135, 10] },
};
// Modes of other corridors take the same styles, in the order in which a page asks for them.
const STYLES = Object.values(MODES);
const others = new Map<string, Style>();
function of(id: string): Style {
  const known = MODES[id] ?? others.get(id);
  if (known) return known;
  const style = STYLES[others.size % STYLES.length];
  others.set(id, style);
  return style;
}

export const modeColour = (id: string) => `var(${of(id).colour})`;

// Dashes of a line of some width; thin lines get the same picture, not dust.
export function modeDash(id: string, width: number): string {
  const dash = of(id).dash;
  if (!dash) return 'none';
  const unit = 1.4 + 0.8 * width;
  return dash.map((d) => (d * unit).toFixed(2)).join(' ');
}

// A background for areas in HTML.
export function modeFill(id: string): string {
  const hatch = of(id).hatch;
  if (!hatch) return modeColour(id);
  const [angle, step] = hatch;
  return `repeating-linear-gradient(${angle}deg, ${modeColour(id)} 0 ${step - 1.2}px, var(--paper) ${step - 1.2}px ${step}px)`;
}

// The same for areas in SVG: the numbers of a <pattern>, or null for plain areas.
export const modeHatch = (id: string) => of(id).hatch;
