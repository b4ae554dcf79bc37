import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'
import { ICONS } from '../src/icons.ts'

const require = createRequire(import.meta.url)

function symbol(id: string, drawing: string): string {
  const source = readFileSync(require.resolve(`@tabler/icons/outline/${drawing}.svg`), 'utf8')
  const paths = source.match(/<(path|circle|rect|line)\b[^>]*>/g) ?? []
  const visible = paths.filter((path) => !path.includes('stroke="none"'))
  return `<symbol id="${id}" viewBox="0 0 24 24">${visible.join('')}</symbol>`
}

/** One SVG with a <symbol> per name in ICONS; its hashed name is in the manifest under `icons.svg`. */
export function sprite(): Plugin {
  return {
    name: 'fangxian-sprite',
    apply: 'build',
    buildStart() {
      const symbols = Object.entries(ICONS).map(([id, drawing]) => symbol(id, drawing))
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`
      this.emitFile({ type: 'asset', name: 'icons.svg', originalFileName: 'icons.svg', source })
    },
  }
}
