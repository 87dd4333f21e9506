// Builds one script and one style sheet per page, with fixed names, for the Python package.
// The page is the mode: `vite build --mode report`.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const outDir = process.env.TRAVESIA_WEB_OUT ?? '../src/travesia/reporting/static';

const NAMES = { report: 'TravesiaReport', plain: 'TravesiaPlain', comparison: 'TravesiaComparison', camps: 'TravesiaCamps' };

export default defineConfig(({ mode }) => ({
  plugins: [svelte({ emitCss: true })],
  build: {
    outDir,
    emptyOutDir: false,
    sourcemap: false,
    minify: 'esbuild',
    target: 'es2021',
    cssCodeSplit: false,
    reportCompressedSize: false,
    lib: { entry: `src/${mode}.ts`, formats: ['iife'], name: NAMES[mode], fileName: () => `${mode}.js`, cssFileName: mode },
  },
  esbuild: { charset: 'ascii', legalComments: 'none' },
}));
