// The start page: all books as covers, and the way to a new one.

import { $, _, _n, create, describeFinding, listen } from '/dom.js'

const books = new Map()
let building = false
let trouble = []

function describe(book) {
  if (book.status === 'failed') return ['failed', _('not built')]
  if (book.status === 'waiting') return ['', _('waiting')]
  const warnings = book.findings.length
  if (warnings) return ['warned', _n('{n} warning', '{n} warnings', warnings)]
  const pdf = book.outputs.find(one => one.format === 'pdf')
  return ['', pdf ? _n('{n} page', '{n} pages', pdf.pages) : '']
}

const items = new Map()

function createCover(book) {
  const pdf = book.outputs.find(one => one.format === 'pdf')
  const key = JSON.stringify([pdf?.sha256, book.title, describe(book)])
  const known = items.get(book.slug)
  if (known?.key === key) return known.item
  const width = Math.min(900, Math.round(220 * devicePixelRatio))
  const sheet = create('span', { className: 'sheet' })
  if (pdf) sheet.append(create('img', { src: `/pages/${encodeURIComponent(pdf.file)}/${pdf.sha256}/1?width=${width}`, alt: '' }))
  const titles = Object.entries(book.title).map(([lang, text]) => create('span', { lang, dir: 'auto', textContent: text }))
  const [kind, text] = describe(book)
  const link = create('a', { href: `/book#${encodeURIComponent(book.slug)}` }, sheet,
    create('strong', {}, ...(titles.length ? titles : [book.slug])), create('small', { className: kind, textContent: text }))
  const item = create('li', {}, link)
  items.set(book.slug, { key, item })
  return item
}

function show() {
  const first = $('new').parentElement
  const wanted = [first, ...[...books.values()].map(createCover)]
  if (wanted.length !== $('shelf').children.length || wanted.some((one, n) => $('shelf').children[n] !== one)) $('shelf').replaceChildren(...wanted)
  $('status').classList.toggle('busy', building)
  $('status').textContent = building ? _('building') : ''
  const shown = trouble.filter(one => one.code !== 'P008')  // no book yet: that is seen
  $('trouble').hidden = !shown.length
  $('trouble').replaceChildren(...shown.map(one => describeFinding(one)))
}

listen({
  state(data) {
    books.clear()
    for (const book of data.books) books.set(book.slug, book)
    building = data.building
    trouble = data.trouble
    show()
  },
  building() { building = true; show() },
  book(book) { books.set(book.slug, book); show() },
  ready(data) {
    building = false
    trouble = data.trouble
    for (const slug of [...books.keys()]) if (!data.books.includes(slug)) books.delete(slug)
    show()
  },
}, () => { $('status').textContent = _('the preview has ended; start it again') })
