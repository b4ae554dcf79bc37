import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { sprite } from './build/sprite.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('src'),
  // Relative, so that the same build works under any STATIC_URL.
  base: './',
  plugins: [sprite()],
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    outDir: here('../fangxian/console/static/built'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: ['chrome109', 'safari16.4', 'firefox115'],
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
      // The form library's XPath parser brings eval for a case that does not occur here; the policy of the pages forbids it.
      checks: { eval: false, pluginTimings: false },
      input: { console: here('src/console.ts'), form: here('src/form.ts'), sw: here('src/sw.ts') },
      output: {
        // The address of a service worker must stay; what it caches carries the hash.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : '[name]-[hash].js'),
        chunkFileNames: '[name]-[hash].js',
        assetFileNames: '[name]-[hash][extname]',
      },
    },
  },
  test: { root: here('.'), include: ['test/**/*.test.ts'], environment: 'happy-dom' },
} as Parameters<typeof defineConfig>[0])
