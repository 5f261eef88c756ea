import type { Locator } from '@playwright/test'

/** What controls are called, in their order. */
export const namesOf = (controls: Locator) =>
  controls.evaluateAll((all) =>
    all.map((one) => {
      const text = one instanceof HTMLInputElement || one instanceof HTMLSelectElement ? one.labels?.[0]?.textContent : one.textContent
      return (one.getAttribute('aria-label') ?? text ?? '').trim().slice(0, 60) || one.outerHTML.slice(0, 80)
    }),
  )

/** Writes something into what is empty, so that nothing is refused for what is missing. */
export async function fillIn(form: Locator) {
  for (const field of await form.locator('input:not([type=checkbox], [type=radio], [type=file]):enabled:visible, textarea:enabled:visible, select:enabled:visible').all()) {
    // oxlint-disable-next-line no-await-in-loop
    if ((await field.inputValue()) !== '') continue
    // oxlint-disable-next-line no-await-in-loop
    const { label, type, options } = await field.evaluate((one: HTMLInputElement | HTMLSelectElement) => ({
      label: one.labels?.[0]?.textContent ?? '', type: one.type,
      options: one instanceof HTMLSelectElement ? Array.from(one.options).filter(({ disabled, value }) => !disabled && value !== '').map(({ value }) => value) : [],
    }))
    const text = /^Type (\S+)/.exec(label)?.[1] ?? { number: '1', 'datetime-local': '2030-01-01T00:00', date: '2030-01-01' }[type] ?? 'crawled'
    // oxlint-disable-next-line no-await-in-loop
    if (!type.startsWith('select')) await field.fill(text)
    // oxlint-disable-next-line no-await-in-loop
    else if (options[0] !== undefined) await field.selectOption(options[0])
  }
}

/** Does with a control what it is for; what it would send is filled in first. */
export async function act(control: Locator) {
  const { kind, options } = await control.evaluate((one: HTMLElement) => ({
    kind: one instanceof HTMLButtonElement && one.type === 'submit' && one.form !== null ? 'form' : one.tagName,
    options: one instanceof HTMLSelectElement ? Array.from(one.options).filter(({ disabled }) => !disabled).map(({ value }) => value) : [],
  }))
  if (kind === 'form') await fillIn(control.page().locator('form').filter({ has: control }))
  if (kind === 'SELECT') await control.selectOption(options.at(-1) ?? '')
  // A switch lies below what is drawn for it.
  else if (kind === 'INPUT') await control.press('Space')
  else await control.click()
}
