// Builds one script and one style sheet per page, with fixed names, for the Python package.
// The page is the mode: `vite build --mode report`.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const outDir = process.env.TRAVESIA_WEB_OUT ?? '../src/travesia/reporting/static';

const NAMES = { report: 'TravesiaReport', comparison: 'TravesiaComparison', camps: 'TravesiaCamps' };

export default defineConfig(({ mode }) => ({
  plugins: [svelte({
    // A page with other data mounts afresh, so reading the payload once is what is meant.
    onwarn: (warning, handle) => { if (warning.code !== 'state_referenced_locally') handle(warning); },
    emitCss: true, compilerOptions: { dev: false, cssHash: ({ hash, css }) => `s${hash(css)}` },
  })],
  build: {
    outDir,
    emptyOutDir: false,
    sourcemap: false,
    minify: 'esbuild',
    target: 'es2021',
    cssCodeSplit: false,
    reportCompressedSize: false,
    lib: { entry: `src/${mode}.js`, formats: ['iife'], name: NAMES[mode], fileName: () => `${mode}.js`, cssFileName: mode },
  },
  esbuild: { charset: 'ascii', legalComments: 'none' },
}));
