// What all pages share: elements, words in the user's language, requests.

export const $ = id => document.getElementById(id)

export const create = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

const messages = JSON.parse($('messages')?.textContent || '{}')
const language = document.documentElement.lang || 'en'
const plurals = new Intl.PluralRules(language)
const categories = ['zero', 'one', 'two', 'few', 'many', 'other'].filter(one => plurals.resolvedOptions().pluralCategories.includes(one))
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)

export const number = value => new Intl.NumberFormat(language).format(value)

const languageNames = new Intl.DisplayNames([language], { type: 'language', fallback: 'code' })

// The name of a language in the user's language.
export function nameLanguage(tag) {
  try { return languageNames.of(tag) } catch { return tag }
}

// The name of an edition: reader-ar is the reader in Arabic.
export function nameEdition(name) {
  const [stem, ...rest] = name.split('-')
  if (stem === 'reader' && rest.length) return `${nameEdition(stem)} (${nameLanguage(rest.join('-'))})`
  const label = messages[name]?.[0] ?? name.replaceAll('-', ' ')
  return label.charAt(0).toUpperCase() + label.slice(1)
}

// A text in the user's language; {name} stands for a value.
export const _ = (text, values = {}) => {
  return fill(messages[text]?.at(-1) ?? text, values)
}

// A text that depends on a number, {n}.
export const _n = (one, many, n, values = {}) => {
  const found = messages[one]
  const text = found ? found[categories.indexOf(plurals.select(n))] ?? found.at(-1) : n === 1 ? one : many
  return fill(text, { n: number(n), ...values })
}

// A request with a body of JSON. Fails with a list of findings, each of which has a message.
export async function send(address, body, method = 'POST') {
  const isFile = body instanceof Blob
  const options = body === undefined ? {} : {
    method,
    headers: { 'Content-Type': isFile ? 'application/octet-stream' : 'application/json' },
    body: isFile ? body : JSON.stringify(body),
  }
  let answer
  try { answer = await fetch(address, options) } catch { throw new Trouble([{ message: _('The preview has ended. Start it again.'), advice: '' }]) }
  const data = await answer.json().catch(() => ({}))
  if (!answer.ok) throw new Trouble(data.findings ?? [{ message: _('The preview did not answer ({status}).', { status: answer.status }), advice: '' }], answer.status)
  return data
}

export class Trouble extends Error {
  constructor(findings, status = 0) {
    super(findings.map(one => [one.message, one.advice].filter(Boolean).join(': ')).join('\n'))
    this.findings = findings
    this.status = status
  }
}

// A finding as a card; `open` is called with its place when it names a line of a text.
export function describeFinding(finding, open) {
  const line = create('li')
  if (finding.place) {
    const place = create('code', { textContent: finding.place, dir: 'ltr' })
    const link = open && /^source\/.*\.(txt|md)(:\d+)?$/.test(finding.place)
      ? create('a', { href: '#', title: _('Open the paragraph') }, place) : place
    link.addEventListener?.('click', event => { event.preventDefault(); open?.(finding.place) })
    line.append(link, ' ')
  }
  if (finding.meaning && messages[finding.meaning]) line.append(create('strong', { textContent: _(finding.meaning) }), ' ')  // the details are in English
  line.append(create('span', { textContent: finding.message, dir: 'auto' }))
  if (finding.advice) line.append(create('span', { className: 'advice', textContent: `. ${finding.advice}`, dir: 'auto' }))
  if (finding.code) line.append(' ', create('small', { textContent: finding.code }))
  return line
}

// The server's events, while the page is seen: a browser opens six connections to one place at most.
// `react` has a function per event; `lose` is called when the preview has ended.
export function listen(react, lose) {
  let events = null
  const open = () => {
    if (events || document.hidden) return
    events = new EventSource('/events')
    for (const [name, act] of Object.entries(react)) events.addEventListener(name, event => act(JSON.parse(event.data)))
    events.addEventListener('end', lose)
    events.addEventListener('error', event => { if (event.target.readyState !== EventSource.OPEN) lose() })
  }
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) { events?.close(); events = null } else open()
  })
  open()
}

$('language')?.addEventListener('change', event => {
  dispatchEvent(new Event('leave'))  // what was typed can be put aside
  document.cookie = `bookbuild-language=${event.target.value}; path=/; max-age=31536000; samesite=strict`
  location.reload()
})
