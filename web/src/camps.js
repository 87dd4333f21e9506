// Entry of the report of an imported case: reads the payload from the page itself and draws it.
import { mount } from 'svelte';
import Camps from './Camps.svelte';
import './style.css';

const holder = document.getElementById('travesia-data');
const target = document.getElementById('app');
target.replaceChildren();
mount(Camps, { target, props: { data: JSON.parse(holder.textContent) } });
document.documentElement.dataset.ready = 'yes';
