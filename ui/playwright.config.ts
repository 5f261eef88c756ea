import { defineConfig } from '@playwright/test'

/** Against a real server: KORE_URL, KORE_USER and KORE_PASSWORD say which and who. */
export default defineConfig({
  testDir: 'e2e',
  // Some of them alone, also in the story of `make e2e`.
  grep: process.env.KORE_ONLY === undefined ? undefined : new RegExp(process.env.KORE_ONLY),
  // Guards against what never comes: on a busy machine what comes may take its time.
  timeout: 900_000,
  expect: { timeout: 180_000 },
  maxFailures: 3,
  workers: 1,
  reporter: [['list'], ['./e2e/failures.ts']],
  use: {
    baseURL: process.env.KORE_URL ?? 'http://127.0.0.1:4173',
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
