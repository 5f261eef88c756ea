import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const server = process.env.KORE_URL ?? 'http://127.0.0.1:7310'
const paths = ['/api', '/auth', '/k8s', '/readyz']
const proxy = Object.fromEntries(paths.map((path) => [path, { target: server, ws: path === '/k8s' }]))

/** What the server sends with every page, here without the nonce: nothing of ours needs it so far. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** PatternFly's base style sheet brings fonts and pictures that our theme does not use. */
function withoutUnusedAssets(): Plugin {
  return {
    name: 'kore-without-unused-assets',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('react-core/dist/styles/base.css')) return null
      return code.replace(/@font-face\s*{[^}]*}/g, '').replace(/url\("\.\/assets\/images[^)]*\)/g, 'none')
    },
  }
}

export default defineConfig({
  base: '/',
  plugins: [withoutUnusedAssets(), react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VERSION__: JSON.stringify(process.env.npm_package_version ?? '0.0.0') },
  worker: { format: 'es' },
  build: { assetsInlineLimit: 0, manifest: true, target: 'es2022', modulePreload: { polyfill: false } },
  server: { host: '127.0.0.1', port: 5173, strictPort: true, proxy },
  preview: { host: '127.0.0.1', port: 4173, strictPort: true, proxy, headers: { 'content-security-policy': policy } },
  test: { environment: 'node', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
