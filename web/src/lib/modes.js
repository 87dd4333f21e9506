// One colour and one dash per mode: never colour alone.
const STYLE = {
  bus: ['--mode-bus', ''],
  guided_vehicle: ['--mode-guided', ''],
  goods_truck: ['--mode-truck', '7 3'],
  freight_train: ['--mode-train', ''],
  walk_road: ['--mode-road', '2 3'],
  walk_track: ['--mode-track', '1 4'],
  boat_raft: ['--mode-boat', '8 3 2 3'],
  air: ['--mode-air', '10 4'],
};
export const modeColour = (id) => `var(${(STYLE[id] ?? ['--mode-other'])[0]})`;
export const modeDash = (id) => (STYLE[id] ?? ['', ''])[1];
