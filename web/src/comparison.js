// Entry of the page of a comparison: reads the payload from the page itself and draws it.
import { mount } from 'svelte';
import Comparison from './Comparison.svelte';
import './style.css';

const holder = document.getElementById('travesia-data');
const target = document.getElementById('app');
target.replaceChildren();
mount(Comparison, { target, props: { data: JSON.parse(holder.textContent) } });
document.documentElement.dataset.ready = 'yes';
