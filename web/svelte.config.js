// A page with other data mounts afresh, so reading the payload once is what is meant.
const MEANT = 'state_referenced_locally';

export default {
  onwarn: (warning, handle) => { if (warning.code !== MEANT) handle(warning); },
  compilerOptions: { dev: false, cssHash: ({ hash, css }) => `s${hash(css)}`, warningFilter: (warning) => warning.code !== MEANT },
};
