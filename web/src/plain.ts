import { draw } from './lib/mount';
import Plain from './Plain.svelte';

draw(Plain);
