import { draw } from './lib/mount';
import Camps from './Camps.svelte';

draw(Camps);
