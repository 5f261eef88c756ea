import react from '@vitejs/plugin-react'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const server = process.env.KORE_URL ?? 'http://127.0.0.1:7310'
const proxy = {
  '/api': { target: server },
  '/auth': { target: server },
  // Clusters answer only to pages of the server's own address: KORE_URL is to be that.
  '/k8s': { target: server, ws: true, changeOrigin: true, headers: { origin: new URL(server).origin } },
}

/** What the server sends with every page. */
const policy = (nonce: string) => [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' 'nonce-${nonce}'`,
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** The page as the server sends it: with the strict policy, and a nonce of its own each time. */
function strictPreview(): Plugin {
  const page = fileURLToPath(new URL('./dist/index.html', import.meta.url))
  return {
    name: 'kore-strict-preview',
    configurePreviewServer({ middlewares }) {
      middlewares.use(async (request, response, next) => {
        const isPage = request.headers.accept?.includes('text/html') && !/^\/(api|auth|k8s|assets)\//.test(request.url ?? '')
        if (!isPage) return next()
        const nonce = randomBytes(16).toString('base64url')
        response.setHeader('content-security-policy', policy(nonce))
        response.setHeader('content-type', 'text/html; charset=utf-8')
        response.end((await readFile(page, 'utf8')).replaceAll('__NONCE__', nonce))
      })
    },
  }
}

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
  plugins: [withoutUnusedAssets(), strictPreview(), react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VERSION__: JSON.stringify(process.env.npm_package_version ?? '0.0.0') },
  worker: { format: 'es' },
  build: { assetsInlineLimit: 0, manifest: true, target: 'es2022', modulePreload: { polyfill: false } },
  server: { host: '127.0.0.1', port: 5173, strictPort: true, proxy },
  preview: { host: '127.0.0.1', port: 4173, strictPort: true, proxy },
  // A guard against what never ends; a busy machine is no failure.
  test: { environment: 'node', testTimeout: 120_000, include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
})
