import { draw } from './lib/mount';
import Report from './Report.svelte';

draw(Report);
