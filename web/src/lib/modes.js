// One colour per mode; legends, lists and tips name the mode beside it.
const COLOURS = {
  bus: '--mode-bus',
  guided_vehicle: '--mode-guided',
  goods_truck: '--mode-truck',
  freight_train: '--mode-train',
  walk_road: '--mode-road',
  walk_track: '--mode-track',
  boat_raft: '--mode-boat',
  air: '--mode-air',
};
export const modeColour = (id) => `var(${COLOURS[id] ?? '--mode-other'})`;
