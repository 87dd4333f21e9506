// A region that scrolls sideways takes the keyboard's focus and has a name, but only while it
// scrolls: where everything fits, it would be one more stop without use.
export function scrollable(node: HTMLElement, name: string) {
  const look = () => {
    const scrolls = node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
    if (scrolls) {
      node.tabIndex = 0;
      node.setAttribute('role', 'region');
      node.setAttribute('aria-label', name);
    } else {
      for (const attribute of ['tabindex', 'role', 'aria-label']) node.removeAttribute(attribute);
    }
  };
  const watcher = new ResizeObserver(look);
  watcher.observe(node);
  if (node.firstElementChild) watcher.observe(node.firstElementChild);
  look();
  return { update(text: string) { name = text; look(); }, destroy() { watcher.disconnect(); } };
}
