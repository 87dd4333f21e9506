// Written by scripts/payload_types.py from the schemas that it names; change those instead.

export type Verdict = 'more' | 'fewer' | 'same' | 'unclear' | 'single';

export type Drawn = [number, number, number, number, number, Verdict];

export type Cell = number | string | null;

export type Label = [string, number, number, number | null];

/** An id and its word. */
export interface Named {
  id: string;
  name: string;
}

/** An id and its title. */
export interface Titled {
  id: string;
  title: string;
}

/** A column of a table; numbers stand to the right. */
export interface Column {
  name: string;
  number: boolean;
}

/** A table of a section; ``rows`` hold one cell for each column. */
export interface Table {
  title: string;
  columns: Column[];
  rows: Cell[][];
  note: string;
}

/** A section that a kind of run or a plug-in adds: paragraphs, then tables. */
export interface Section {
  id: string;
  name: string;
  kicker: string;
  title: string;
  paragraphs: string[];
  tables: Table[];
}

/** What every page has. */
export interface Page {
  format: string;
  title: string;
  story: string[];
  sections: Section[];
  purpose: string;
  limits: string[];
  misuse: string[];
  command: string;
  manifest: string[][];
  credit: string;
}

/** A published source; ``url`` is blank or http(s). */
export interface Source {
  id: string;
  title: string;
  publisher: string;
  date: string;
  url: string;
  licence: string;
}

/** A place on the map; a mark makes its spot larger. */
export interface Place {
  id: string;
  name: string;
  kind: string;
  kind_name: string;
  country: string;
  mark: '' | 'end' | 'conflict';
  lat: number;
  lon: number;
}

export interface Leg {
  id: string;
  from: number;
  to: number;
  mode: number;
}

/** A stretch with its length and the days that it takes. */
export interface Travel {
  id: string;
  from: number;
  to: number;
  mode: number;
  km: number;
  days: number | null;
}

/** Rings of an outline, each ``x0, y0, dx1, dy1, …`` in units of one ``scale``-th degree. */
export interface Shape {
  level: 'country' | 'state';
  rings: number[][];
}

/** Outlines of countries and states. */
export interface Basemap {
  scale: number;
  shapes: Shape[];
  names: Label[];
}

/** A part of the map: west, south, east, north; None for all of it. */
export interface View {
  id: string;
  name: string;
  box: [number, number, number, number] | null;
}

/** What every map is drawn on. */
export interface Geography {
  places: Place[];
  basemap: Basemap;
  views: View[];
}

/** Packed counts with their shape (see :mod:`travesia.reporting.packing`). */
export interface Block {
  shape: number[];
  data: string;
}

/** People who entered a stretch [class, leg, month]; a class is a group and a family type. */
export interface Flows {
  shape: number[];
  data: string;
  classes: number[][];
}

/** People on an average day [state, place, month]. */
export interface Stocks {
  shape: number[];
  data: string;
  states: Named[];
}

/** What flows can be chosen by. */
export interface Axes {
  groups: Named[];
  families: Named[];
  modes: Named[];
}

/** A policy that is switched off in a run. */
export interface PolicyOff {
  id: string;
  name: string;
  start: string;
  end: string | null;
  note: string;
}

/** A policy in force at some time; ``key`` ones are marked on the charts. */
export interface Policy {
  id: string;
  name: string;
  start: string;
  end: string | null;
  note: string;
  source: string[];
  key: boolean;
}

/** Words around the map of months; ``net`` takes the way back off the busiest stretches. */
export interface MapWords {
  kicker: string;
  title: string;
  text: string;
  map: string;
  stock: string;
  stocks: string;
  nobody: string;
  force: string;
  none: string;
  net: boolean;
}

/** A map of people by month. */
export interface MonthMap {
  places: Place[];
  basemap: Basemap;
  views: View[];
  months: string[];
  opening_month: string;
  axes: Axes;
  legs: Travel[];
  flows: Flows;
  stocks: Stocks;
  policies: Policy[];
  policies_off: PolicyOff[];
  map: MapWords;
}

/** First and last month, and the date from which departures are extrapolated. */
export interface Period {
  start: string;
  end: string;
  extrapolated_from: string | null;
}

/** A number at the top of the report. */
export interface Headline {
  id: string;
  label: string;
  value: number;
  low: number | null;
  median: number | null;
  high: number | null;
  chance: number | null;
  observed: number | null;
  note: string;
  kind: 'input' | 'result';
  href: string;
}

/** A published series on the months of the page. */
export interface Observed {
  name: string;
  role: string;
  source: string[];
  values: (number | null)[];
}

/** A quantity by month. */
export interface Line {
  id: string;
  title: string;
  simulated: number[];
}

/** A quantity by month with its range and what was published. */
export interface Timeline {
  id: string;
  title: string;
  simulated: number[];
  text: string;
  role: string;
  low: (number | null)[] | null;
  high: (number | null)[] | null;
  observed: Observed[];
  verdict: string;
  unpublished: string;
}

/** Years that the charts can be cut to: first and last month. */
export interface Window {
  name: string;
  first: string;
  last: string;
}

/** People who wait, by region and month. */
export interface Waiting {
  title: string;
  items: Line[];
}

/** A row of shares of a whole. */
export interface Stacked {
  name: string;
  values: number[];
  total: number;
}

/** How journeys ended; ``parts`` name the values of the rows. */
export interface Outcomes {
  parts: Named[];
  by_year: Stacked[];
  by_departure: Stacked[];
  by_group: Stacked[];
  by_family: Stacked[];
  text: string;
  note: string;
}

/** A stretch of a journey; without a mode it is spent waiting or held. */
export interface Piece {
  mode: string | null;
  days: number;
}

/** What happened on a day of a journey. */
export interface Step {
  date: string;
  text: string;
}

/** A stored journey; ``cut`` counts the steps left out. */
export interface Journey {
  id: string;
  who: string;
  start: string;
  days: number;
  end_id: string;
  outcome: string;
  pieces: Piece[];
  steps: Step[];
  cut: number;
}

/** How often one kind of harm was done. */
export interface HarmKind {
  id: string;
  name: string;
  value: number;
  low: number | null;
  median: number | null;
  high: number | null;
  per_1000: number | null;
}

/** A named row of numbers. */
export interface Figures {
  name: string;
  values: (number | null)[];
}

/** Numbers by row and column; ``rate`` says that they are shares of something. */
export interface Grid {
  columns: string[];
  rows: Figures[];
  rate: boolean;
  note: string;
}

/** What the journey did to people. */
export interface Harm {
  text: string;
  kinds: HarmKind[];
  deaths: HarmKind[];
  by_region: Grid;
  by_year: Grid;
  by_mode: Grid;
}

/** US dollars with their range. */
export interface Amounts {
  usd: number;
  low: number;
  high: number;
}

/** What one payer pays; ``median`` over the draws, where there are any. */
export interface Payer {
  usd: number;
  low: number;
  high: number;
  id: string;
  name: string;
  median: number | null;
}

/** A line of the bill with its typical amount per unit. */
export interface Item {
  usd: number;
  low: number;
  high: number;
  id: string;
  name: string;
  payer: string;
  units: number | null;
  typical: number | null;
  p90: number | null;
  source: string[];
  judged: boolean;
}

/** A sum that was paid or pledged. */
export interface LedgerSum {
  id: string;
  name: string;
  payer: string;
  usd: number;
  spent: number;
  start: string;
  end: string;
  buys: string;
  part_of: string;
  planned: boolean;
  counted: boolean;
  source: string[];
  judged: boolean;
}

/** US dollars by year and payer. */
export interface ByPayer {
  columns: string[];
  rows: Figures[];
}

/** What the journey costs and who pays; all empty where no account is kept. */
export interface Money {
  text: string;
  payers: Payer[];
  items: Item[];
  by_year: ByPayer | null;
  ledger: LedgerSum[];
  total: string;
}

/** Distance by a means of travel: by month, and its share of each year. */
export interface ModeShare {
  id: string;
  name: string;
  short: string;
  values: number[];
  by_year: number[];
}

/** Means of travel in one part of the way. */
export interface Panel {
  id: string;
  name: string;
  series: ModeShare[];
}

/** People a month on a stretch, by period. */
export interface Route {
  name: string;
  mode: string;
  values: number[];
}

/** How people travelled, and which stretches changed most. */
export interface Displacement {
  text: string;
  years: string[];
  panels: Panel[];
  routes: Route[];
  route_periods: string[];
  routes_text: string;
}

/** The error of a guess that needs no model. */
export interface Guess {
  name: string;
  value: number;
}

/** A published figure, held against the run and simple guesses. */
export interface ScoreLine {
  name: string;
  measure: string;
  by: string;
  role: string;
  window: string;
  error: number | null;
  best: number | null;
  best_name: string;
  baselines: Guess[];
  verdict: string;
  verdict_name: string;
  primary: boolean;
  expected: string;
  note: string;
}

/** A failure announced beforehand, with what the run shows of it. */
export interface Failure {
  title: string;
  why: string;
  shown: string[];
}

/** A published number of people on a day, beside the run. */
export interface StockLine {
  date: string;
  what: string;
  published: string;
  people: number;
  inside: boolean;
  why: string;
  source: string[];
}

/** Where a run is right and where it is wrong. */
export interface Scores {
  rows: ScoreLine[];
  text: string;
  legend: string;
  failures: Failure[];
  stocks: StockLine[];
  stocks_text: string;
}

/** A number with a range or a reason. */
export interface Assumption {
  id: string;
  name: string;
  where: string;
  value: Cell;
  low: Cell;
  high: Cell;
  unit: string;
  why: string;
  source: string[];
  judgement: boolean;
}

/** Sources that contradict each other, and which of them the scenario follows. */
export interface Conflict {
  topic: string;
  text: string;
  resolution: string;
  source: string[];
}

/** The report of a run in a corridor. */
export interface Report {
  format: string;
  title: string;
  story: string[];
  sections: Section[];
  purpose: string;
  limits: string[];
  misuse: string[];
  command: string;
  manifest: string[][];
  credit: string;
  places: Place[];
  basemap: Basemap;
  views: View[];
  months: string[];
  opening_month: string;
  axes: Axes;
  legs: Travel[];
  flows: Flows;
  stocks: Stocks;
  policies: Policy[];
  policies_off: PolicyOff[];
  map: MapWords;
  description: string;
  period: Period;
  headlines: Headline[];
  bands_note: string;
  timelines: Timeline[];
  windows: Window[];
  waiting: Waiting;
  outcomes: Outcomes;
  journeys: Journey[];
  harm: Harm;
  money: Money;
  displacement: Displacement;
  scores: Scores;
  assumptions: Assumption[];
  conflicts: Conflict[];
  sources: Source[];
}

/** The report of a run of a kind that has no page of its own. */
export interface PlainPage {
  format: string;
  title: string;
  story: string[];
  sections: Section[];
  purpose: string;
  limits: string[];
  misuse: string[];
  command: string;
  manifest: string[][];
  credit: string;
  months: string[];
  lines: Line[];
}

/** A difference over the pairs: medians, 50 % and 90 % intervals, standard error. */
export interface Numbers {
  base: number;
  other: number;
  difference: number;
  low50: number;
  high50: number;
  low: number;
  high: number;
  error: number | null;
}

/** A difference with what the pairs say of it. */
export interface Judged {
  base: number;
  other: number;
  difference: number;
  low50: number;
  high50: number;
  low: number;
  high: number;
  error: number | null;
  verdict: Verdict;
}

/** A headline difference, with its words. */
export interface Change {
  base: number;
  other: number;
  difference: number;
  low50: number;
  high50: number;
  low: number;
  high: number;
  error: number | null;
  verdict: Verdict;
  id: string;
  label: string;
  big: string;
  span: string;
  peak: string;
  per_cent: number | null;
  narrower: number | null;
}

/** An output of the comparison; ``kind`` says how its period is summed up. */
export interface Output {
  base: number;
  other: number;
  difference: number;
  low50: number;
  high50: number;
  low: number;
  high: number;
  error: number | null;
  verdict: Verdict;
  id: string;
  title: string;
  kind: string;
  per_cent: number | null;
  unpaired_low: number | null;
  unpaired_high: number | null;
  narrower: number | null;
}

/** An output by month: both sides, and the bands of the difference. */
export interface EffectLine {
  id: string;
  title: string;
  kind: string;
  base: number[];
  other: number[];
  low: number[];
  low50: number[];
  difference: number[];
  high50: number[];
  high: number[];
}

/** What begins or ends on a date. */
export interface Told {
  date: string;
  text: string;
}

/** Dates that are marked together on the charts. */
export interface Mark {
  date: string;
  what: Told[];
}

/** A row of a forest. */
export interface ForestRow {
  base: number;
  other: number;
  difference: number;
  low50: number;
  high50: number;
  low: number;
  high: number;
  error: number | null;
  verdict: Verdict;
  name: string;
  note: string;
}

/** Intervals side by side; ``left_out`` counts the smaller ones that are not shown. */
export interface Forest {
  title: string;
  rows: ForestRow[];
  left_out: number;
}

/** A measure with its forests. */
export interface Group {
  id: string;
  title: string;
  panels: Forest[];
}

/** What was expected of a what-if before the model was run, and the claims that say so. */
export interface Expectation {
  expectation: string;
  claims: string[];
}

/** The question of a what-if. */
export interface QuestionAsked {
  expectation: string;
  claims: string[];
  id: string;
  title: string;
  question: string;
}

/** A parameter of a policy. */
export interface PolicyNumber {
  name: string;
  value: Cell;
  low: Cell;
  high: Cell;
  unit: string;
  why: string;
  source: string[];
}

/** A policy that differs between the two sides, what it does, where and to whom. */
export interface PolicyChange {
  id: string;
  name: string;
  instrument: string;
  start: string;
  end: string | null;
  what: string[];
  source: string[];
  claims: string[];
  note: string;
  does: string;
  where: string[];
  whom: string[];
  reason: string;
  parameters: PolicyNumber[];
}

export interface ParameterChange {
  what: string;
  description: string;
  unit: string;
  from: unknown;
  to: unknown;
  source: string[];
}

/** Rows of a table that differ: how many, and the first of them in words. */
export interface TableChange {
  table: string;
  rows: number;
  what: string[];
}

export interface SettingChange {
  what: string;
  from: unknown;
  to: unknown;
}

/** All that differs between the two sides of a comparison. */
export interface Changes {
  questions: QuestionAsked[];
  policies: PolicyChange[];
  parameters: ParameterChange[];
  tables: TableChange[];
  settings: SettingChange[];
}

/** One scenario against the baseline. */
export interface Effect {
  label: string;
  title: string;
  months: string[];
  remarks: string[];
  changes: Changes;
  story: string[];
  headlines: Change[];
  outputs: Output[];
  timelines: EffectLine[];
  marks: Mark[];
  flows: Drawn[];
  at_places: Record<string, Drawn[]>;
  whom: Group[];
  where: Group[];
  money: Group[];
  waiting: Group[];
}

/** Whether an output is known as well as was asked for. */
export interface Asked {
  scenario: string;
  output: string;
  known: boolean;
}

/** How a comparison was made. */
export interface Settings {
  members: number;
  precision: number | null;
  verdicts: Asked[];
}

/** What the scenarios are compared with. */
export interface Baseline {
  label: string;
  title: string;
}

/** A reference that leads to a source, and what it says there. */
export interface Cited {
  id: string;
  says: string;
}

/** A source with the references that lead to it. */
export interface CitedSource {
  id: string;
  title: string;
  publisher: string;
  date: string;
  url: string;
  licence: string;
  cited: Cited[];
}

/** Words of a comparison's sections; those in ``without`` are left out. */
export interface CompareWords {
  without: string[];
  where: string;
  finest: string;
  totals: string;
  changed: string;
  waiting: string;
}

/** Places, stretches of the way and modes of a comparison. */
export interface Roads {
  places: Place[];
  legs: Leg[];
  modes: Named[];
}

/** What a change does to people. */
export interface ComparisonPage {
  format: string;
  title: string;
  story: string[];
  sections: Section[];
  purpose: string;
  limits: string[];
  misuse: string[];
  command: string;
  manifest: string[][];
  credit: string;
  places: Place[];
  basemap: Basemap;
  views: View[];
  legs: Leg[];
  modes: Named[];
  baseline: Baseline;
  settings: Settings;
  sure: string[];
  remarks: string[];
  scenarios: Effect[];
  measures: Titled[];
  sources: CitedSource[];
  extrapolated_from: string | null;
  words: CompareWords;
}

/** What a kind of run says of one scenario in its own way. */
export interface EffectParts {
  changes: Changes;
  story: string[];
  headlines: Change[];
  marks: Mark[];
  at_places: Record<string, Drawn[]>;
  whom: Group[];
  where: Group[];
  money: Group[];
  waiting: Group[];
}

/** What a kind of run says of a comparison in its own way; ``scenarios`` in their order and */
export interface ComparisonParts {
  title: string;
  story: string[];
  scenarios: EffectParts[];
  places: Place[];
  views: View[];
  measures: Titled[];
  basemap: Basemap;
  sections: Section[];
  sources: CitedSource[];
  extrapolated_from: string | null;
  purpose: string;
  limits: string[];
  misuse: string[];
  credit: string;
  words: CompareWords;
  manifest: string[][];
}

/** First and last day of a run. */
export interface Days {
  start: string;
  end: string;
  days: number;
}

/** A number at the top of the page, in words. */
export interface Fact {
  label: string;
  value: string;
  note: string;
}

/** A series by day with nine tenths of the runs, where there are several. */
export interface Band {
  simulated: number[];
  low: number[] | null;
  high: number[] | null;
}

/** Mean difference from the counts, and the mean count. */
export interface CampError {
  people: number;
  counted: number;
}

/** A camp by day; ``counted`` are [day, people], ``rescaled`` None where it is not scored. */
export interface Camp {
  id: string;
  name: string;
  capacity: number;
  plain: Band;
  rescaled: Band | null;
  blind: number[];
  blind_rescaled: number[];
  counted: number[][];
  error: CampError | null;
}

/** The error of the model, or of a naive guess. */
export interface CampScore {
  name: string;
  value: number;
  kind: 'model' | 'naive';
}

/** A mean absolute scaled error, by what it is scaled with. */
export interface ScaledError {
  name: string;
  value: number | null;
}

/** The errors of a run beside those of naive guesses. */
export interface CampScores {
  rows: CampScore[];
  ard: number;
  ard_blind: number;
  mase: ScaledError[];
  interval_score: number | null;
  unscored: string[];
  waiting: number;
  verdict: string;
  after_cut: string[];
}

/** What was closed, and when. */
export interface Closure {
  what: string;
  start: string;
  end: string;
}

/** What the import says of a case. */
export interface Imported {
  settings: string;
  version: string;
  left_out: string[];
  remarks: string[];
  closures: Closure[];
}

/** The report of a run of camps. */
export interface CampsPage {
  format: string;
  title: string;
  story: string[];
  sections: Section[];
  purpose: string;
  limits: string[];
  misuse: string[];
  command: string;
  manifest: string[][];
  credit: string;
  places: Place[];
  basemap: Basemap;
  views: View[];
  months: string[];
  opening_month: string;
  axes: Axes;
  legs: Travel[];
  flows: Flows;
  stocks: Stocks;
  policies: Policy[];
  policies_off: PolicyOff[];
  map: MapWords;
  description: string;
  period: Days;
  headlines: Fact[];
  seeds: number;
  camps: Camp[];
  days: string[];
  scores: CampScores | null;
  imported: Imported;
  sources: string[];
  unplaced: number;
}
