// Reads the payload from the page itself and draws it.
import { mount, type Component } from 'svelte';
import type { Page } from '../payload';
import '../style.css';

export function draw<T extends Page>(page: Component<{ data: T }>) {
  const target = document.getElementById('app')!;
  const data = JSON.parse(document.getElementById('travesia-data')!.textContent!) as T;
  target.replaceChildren();
  mount(page, { target, props: { data } });
  document.documentElement.dataset.ready = 'yes';
}
