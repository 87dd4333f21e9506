// Entry of the report: reads the payload from the page itself and draws it.
import { mount } from 'svelte';
import Report from './Report.svelte';
import './style.css';

const holder = document.getElementById('travesia-data');
const target = document.getElementById('app');
target.replaceChildren();
mount(Report, { target, props: { data: JSON.parse(holder.textContent) } });
document.documentElement.dataset.ready = 'yes';
