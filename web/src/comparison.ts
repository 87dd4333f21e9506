import { draw } from './lib/mount';
import Comparison from './Comparison.svelte';

draw(Comparison);
