// Builds one script and one style sheet per page, with fixed names, for the Python package.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const outDir = process.env.TRAVESIA_WEB_OUT ?? '../src/travesia/reporting/static';

export default defineConfig({
  plugins: [svelte({
    // A page with other data mounts afresh, so reading the payload once is what is meant.
    onwarn: (warning, handle) => { if (warning.code !== 'state_referenced_locally') handle(warning); },
    emitCss: true, compilerOptions: { dev: false, cssHash: ({ hash, css }) => `s${hash(css)}` },
  })],
  build: {
    outDir,
    emptyOutDir: true,
    sourcemap: false,
    minify: 'esbuild',
    target: 'es2021',
    cssCodeSplit: false,
    reportCompressedSize: false,
    lib: { entry: 'src/report.js', formats: ['iife'], name: 'TravesiaReport', fileName: () => 'report.js', cssFileName: 'report' },
  },
  esbuild: { charset: 'ascii', legalComments: 'none' },
});
