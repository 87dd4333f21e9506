// What the map draws and lists, whatever it means.

// A stretch or a place that is looked at.
export interface Target { kind: 'leg' | 'place'; index: number }

// A stretch as a line: its colour by tone, or of its own; dashes by how far the map is enlarged.
export interface Line { at: number; width: number; tone: string; stroke?: string; dash: (zoom: number) => string }

// A place as a circle.
export interface Circle { at: number; radius: number; tone: string }

// A row of a list beside the map: what it is about, and its number.
export interface Entry { at: number; tone?: string; value: string; interval?: string; mode?: string; key?: string; more?: string }
export interface List { title: string; kind: Target['kind']; entries: Entry[]; none: string }

// Small screens get thinner lines and smaller circles, so that places stay apart.
export const grain = (width: number) => Math.max(0.5, Math.min(1, width / 760));

export const rounded = (v: number) => Number(v.toPrecision(1));
