import { describe, expect, test } from 'vitest'
import { lookAfter, PLAIN, sgr, spans, strip, TRUE_COLOUR, visible } from './ansi'
import { contrast, legible, paint, rgb, THEMES } from './colours'
import { Find, marked, pattern, placeOf } from './find'
import { cells, Lines, textOf, timeOf } from './lines'
import { Cutter, Resume } from './resume'
import { Rows, scale } from './rows'

const E = '\x1b['
const at = (seconds: string, text: string) => `2026-01-02T03:04:${seconds}Z ${text}`

describe('ANSI', () => {
  test.each<[string, string, Partial<typeof PLAIN>[]]>([
    ['plain', 'plain', [{}]],
    [`${E}31mred${E}0m rest`, 'red rest', [{ fg: 1 }, {}]],
    [`${E}1;92mbright`, 'bright', [{ bold: true, fg: 10 }]],
    [`${E}38;5;208morange`, 'orange', [{ fg: 208 }]],
    [`${E}38;2;1;2;3mtrue`, 'true', [{ fg: TRUE_COLOUR | 0x010203 }]],
    [`${E}38:2::1:2:3mcolons`, 'colons', [{ fg: TRUE_COLOUR | 0x010203 }]],
    [`${E}38:5:9mcolons`, 'colons', [{ fg: 9 }]],
    [`${E}44;97mboth${E}49monly ink`, 'bothonly ink', [{ bg: 4, fg: 15 }, { fg: 15 }]],
    [`${E}3;4;9mmany${E}23;24;29mnone`, 'manynone', [{ italic: true, underline: true, strike: true }, {}]],
    [`a${E}2K${E}1Gb`, 'ab', [{}]],
    [`\x1b]0;a title\x07text`, 'text', [{}]],
    [`\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\`, 'link', [{}]],
    [`\x1b(Btext\x00\x08`, 'text', [{}]],
    [`${E}mreset is nothing`, 'reset is nothing', [{}]],
    ['a\tb', 'a\tb', [{}]],
    [`half ${E}3`, 'half 3', [{}]],
  ])('%j', (line, text, looks) => {
    const found = spans(line, PLAIN)
    expect(strip(line)).toBe(text)
    expect(found.map((span) => span.text).join('')).toBe(text)
    expect(found.map(({ look }) => look)).toEqual(looks.map((look) => ({ ...PLAIN, ...look })))
  })

  test('a look goes on in the next line', () => {
    expect(lookAfter(`${E}33mopen`, PLAIN).fg).toBe(3)
    expect(lookAfter(`closed${E}0m`, sgr(PLAIN, '33'))).toBe(PLAIN)
  })

  test.each([
    ['10%\r50%\r100% done', '100% done'],
    ['done\r', 'done'],
    ['a\rb\r\r', 'b'],
    [`old\r${E}2K${E}32mnew${E}0m`, 'new'],
    [`only\r${E}0m`, 'only'],
    ['\r', ''],
  ])('what was written over is gone: %j', (line, text) => {
    expect(visible(line)).toBe(text)
    expect(spans(line, PLAIN).map((span) => span.text).join('')).toBe(text)
  })
})

describe('colours', () => {
  const colours = [...Array.from({ length: 256 }, (_, one) => one), TRUE_COLOUR, TRUE_COLOUR | 0xffffff, TRUE_COLOUR | 0x5ac8ff, TRUE_COLOUR | 0x777777]
  test.each(['light', 'dark'] as const)('all can be read in the %s theme, on the page and on each other', (theme) => {
    for (const fg of colours) {
      const { ink } = paint({ ...PLAIN, fg }, theme)
      expect(contrast(ink ?? [0, 0, 0], THEMES[theme].paper)).toBeGreaterThanOrEqual(4.5)
      for (const bg of [0, 1, 3, 7, 15, 244, TRUE_COLOUR | 0x808080]) {
        const both = paint({ ...PLAIN, fg, bg }, theme)
        expect(contrast(both.ink ?? [0, 0, 0], both.paper ?? [0, 0, 0])).toBeGreaterThanOrEqual(4.5)
      }
    }
    const turned = paint({ ...PLAIN, inverse: true }, theme)
    expect(contrast(turned.ink ?? [0, 0, 0], turned.paper ?? [0, 0, 0])).toBeGreaterThanOrEqual(4.5)
  })
  test('what can be read stays as it is', () => expect(legible([0, 0, 160], [255, 255, 255])).toEqual([0, 0, 160]))
  test('the table', () => {
    expect([rgb(16), rgb(231), rgb(196), rgb(232), rgb(255)]).toEqual([[0, 0, 0], [255, 255, 255], [255, 0, 0], [8, 8, 8], [238, 238, 238]])
  })
})

describe('lines', () => {
  test('have a time before them', () => {
    expect([timeOf(at('05.1', 'x y')), textOf(at('05.1', 'x y')), textOf('no time here'), timeOf('no time')]).toEqual(['2026-01-02T03:04:05.1Z', 'x y', 'no time here', ''])
  })
  test('the oldest are let go, and numbers stay', () => {
    const lines = new Lines(100)
    lines.append(Array.from({ length: 150 }, (_, one) => at('00.0', `${one}`)))
    expect([lines.first, lines.end, textOf(lines.line(149)), lines.line(0)]).toEqual([50, 150, '149', ''])
  })
  test('places', () => expect([cells('abc'), cells('日本'), cells('e\u0301'), cells('\t')]).toEqual([3, 4, 1, 8]))
})

describe('going on after a reconnect', () => {
  test('lines of the last second come again and are left out, those in between are not lost', () => {
    const resume = new Resume()
    expect(resume.since).toBeNull()
    resume.take([at('04.9', 'before'), at('05.1', 'a'), at('05.1', 'a'), at('05.2', 'b')])
    expect(resume.since).toBe('2026-01-02T03:04:05Z')
    resume.reconnected()
    expect(resume.take([at('05.1', 'a'), at('05.1', 'a'), at('05.2', 'b'), at('05.2', 'b'), at('05.2', 'c'), at('06.0', 'a')])).toEqual([at('05.2', 'b'), at('05.2', 'c'), at('06.0', 'a')])
    resume.reconnected()
    expect(resume.take([at('06.0', 'a')])).toEqual([])
    expect(resume.take([at('06.5', 'd')])).toEqual([at('06.5', 'd')])
  })
  test('twice in a row, in pieces', () => {
    const resume = new Resume()
    resume.take([at('05.1', 'a')])
    resume.reconnected()
    expect(resume.take([at('05.1', 'a')])).toEqual([])
    resume.reconnected()
    expect(resume.take([at('05.1', 'a')])).toEqual([])
    expect(resume.take([at('05.3', 'b')])).toEqual([at('05.3', 'b')])
  })
  test('half lines wait for their other half', () => {
    const cutter = new Cutter()
    expect([cutter.take('a\nb'), cutter.take('c\n'), cutter.take('d'), cutter.end(), cutter.end()]).toEqual([['a'], ['bc'], [], ['d'], []])
  })
})

describe('rows', () => {
  const lines = new Lines()
  lines.append(['short', 'x'.repeat(25), '', `${E}31m${'y'.repeat(10)}${E}0m`].map((text) => at('00.0', text)))
  test('one a line, or as many as it takes', () => {
    const rows = new Rows(lines)
    rows.update(null)
    expect([rows.total, rows.lineAt(2), rows.height(1)]).toEqual([4, 2, 1])
    rows.update(10)
    expect([rows.total, rows.rowOf(2), rows.height(1), rows.height(3)]).toEqual([6, 4, 3, 1])
    expect([0, 1, 2, 3, 4, 5].map((row) => rows.lineAt(row))).toEqual([0, 1, 1, 1, 2, 3])
  })
  test('lines that come later are taken in', () => {
    const more = new Lines()
    const rows = new Rows(more)
    rows.update(5)
    for (let one = 0; one < 3000; one += 1) more.append([at('00.0', '1234567')])
    rows.update(5)
    expect([rows.total, rows.lineAt(5999)]).toEqual([6000, 2999])
  })
  test('more rows than browsers stack end where they end', () => {
    const { height, toTop, toScroll } = scale(2_000_000, 20, 500)
    expect(toTop(height - 500)).toBeCloseTo(2_000_000 * 20 - 500, 3)
    expect(toScroll(toTop(1234))).toBeCloseTo(1234)
    expect(scale(100, 20, 500).toTop(77)).toBe(77)
  })
})

describe('finding', () => {
  test('small letters find capitals, colours do not hide anything, and signs are only signs', () => {
    const lines = new Lines()
    lines.append([`An ${E}31mER${E}0mROR`, 'fine', 'error (1)', 'x.y'].map((text) => at('00.0', text)))
    const find = (query: string) => {
      const one = new Find(lines, pattern(query) ?? /$^/g)
      while (one.step());
      return one.found
    }
    expect([find('error'), find('ERROR'), find('(1)'), find('.')]).toEqual([[0, 2], [0], [2], [3]])
    expect(pattern('')).toBeNull()
  })
  test('marks are cut out of coloured pieces', () => {
    const pieces = marked(spans(`An ${E}31mER${E}0mROR!`, PLAIN), pattern('error'))
    expect(pieces.map(({ text, mark }) => (mark ? `[${text}]` : text))).toEqual(['An ', '[ER]', '[ROR]', '!'])
  })
  test('places', () => expect([placeOf([2, 5, 9], 0), placeOf([2, 5, 9], 5), placeOf([2, 5, 9], 6), placeOf([2, 5, 9], 10)]).toEqual([0, 1, 2, 3]))
})

test('a million lines', () => {
  const lines = new Lines()
  const chunk = Array.from({ length: 10_000 }, (_, one) => at('00.123456789', `level=info msg="line ${one} of many" took=${one}ms`))
  for (let round = 0; round < 100; round += 1) lines.append(chunk)
  const rows = new Rows(lines)
  rows.update(60)
  const find = new Find(lines, pattern('line 9999 ') ?? /$^/g)
  while (find.step());
  expect([lines.end, rows.total, find.found.length]).toEqual([1_000_000, 1_000_000, 100])
})
