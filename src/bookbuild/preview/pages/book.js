// A book while it is made: what the server says is shown; nothing is kept here but what is looked at.

import { $, _, _n, create, describeFinding, listen, nameEdition, number } from '/dom.js'
import { Panels } from '/panels.js'
import { Paper } from '/paper.js'
import { Reader } from '/reader.js'

const books = new Map()
const state = { project: '', building: false, trouble: [], engine: false, engineTrouble: '', progress: null, seconds: null, connected: false }
const readHash = () => { try { return decodeURIComponent(location.hash.slice(1)) } catch { return '' } }
let chosen = readHash()

const paper = new Paper()
const reader = new Reader(() => state.engine)
const panels = new Panels(() => books.get(chosen), () => show())
const picked = { pdf: new Map(), epub: new Map(), spreads: new Map() }  // a book's slug to the edition that is looked at

function summary(book) {
  const errors = book.findings.filter(one => one.severity === 'error').length
  const warnings = book.findings.length - errors
  if (book.status === 'failed') return ['failed', _n('not built: {n} problem', 'not built: {n} problems', errors)]
  if (book.status === 'waiting') return ['', _('waiting')]
  if (warnings) return ['warned', _n('{n} warning', '{n} warnings', warnings)]
  return ['', book.outputs.map(one => one.pages ? _n('{n} page', '{n} pages', one.pages) : one.format.toUpperCase()).join(', ')]
}

function list() {
  const rows = [...books.values()].map(book => {
    const [kind, text] = summary(book)
    const button = create('button', { type: 'button' }, book.slug, create('small', { className: kind, textContent: text }))
    if (book.slug === chosen) button.setAttribute('aria-current', 'true')
    button.addEventListener('click', () => { location.hash = encodeURIComponent(book.slug) })
    return create('li', {}, button)
  })
  const focused = document.activeElement?.closest?.('#books') ? document.activeElement.firstChild.data : null
  $('books').replaceChildren(...rows)
  if (focused) [...$('books').querySelectorAll('button')].find(one => one.firstChild.data === focused)?.focus()
}

function status() {
  const busy = state.building
  $('status').classList.toggle('busy', busy)
  const failed = [...books.values()].filter(book => book.status === 'failed').length
  let text = _('up to date')
  if (!state.connected) text = _('the preview has ended; start it again')
  else if (busy) text = state.progress?.tasks > 1 ? _('building: {done} of {tasks} parts', { done: number(state.progress.done), tasks: number(state.progress.tasks) }) : _('building')
  else if (state.trouble.length || failed) text = failed > 1 ? _n('{n} book could not be built', '{n} books could not be built', failed) : _('there is a problem')
  else if (state.seconds !== null) text = _('up to date, built in {seconds} s', { seconds: number(state.seconds) })
  $('status').textContent = text
}

function problems(book) {
  const errors = [...state.trouble, ...(book?.status === 'failed' ? book.findings.filter(one => one.severity === 'error') : [])]
  const old = book?.status === 'failed' && book.outputs.length
  $('problems').hidden = !errors.length
  $('problems').querySelector('h3').textContent = old ? _('Not built: what is shown is from before') : _('Not built')
  $('problems').querySelector('ul').replaceChildren(...errors.map(one => describeFinding(one, place => panels.open(place))))
  $('pair').hidden = !errors.some(one => one.code === 'A001')
  $('panes').classList.toggle('stale', Boolean(errors.length))
  const warnings = book?.findings.filter(one => one.severity !== 'error') ?? []
  $('warnings').hidden = !warnings.length
  $('warnings').querySelector('summary').textContent = _n('{n} warning', '{n} warnings', warnings.length)
  $('warnings').querySelector('ul').replaceChildren(...warnings.map(one => describeFinding(one, place => panels.open(place))))
}

function options(select, outputs, memory) {
  const wanted = memory.get(chosen)
  select.replaceChildren(...outputs.map(one => create('option', { value: one.file, textContent: nameEdition(one.edition) })))
  const output = outputs.find(one => one.file === wanted) ?? outputs[0]
  if (output) select.value = output.file
  select.disabled = outputs.length < 2
  return output
}

// Facing pages are shown as an open book, the first page alone, unless one page at a time is wanted.
function layPaper(pdf) {
  const first = Object.keys(books.get(chosen)?.title ?? {})[0] ?? ''
  const rightward = first && new Intl.Locale(first).maximize().script
  const wanted = picked.spreads.get(pdf.edition) ?? pdf.edition.startsWith('facing')
  $('spreads').setAttribute('aria-pressed', wanted)
  paper.lay(wanted, ['Arab', 'Hebr', 'Syrc', 'Thaa', 'Nkoo', 'Adlm'].includes(rightward) ? 'rtl' : 'ltr')
}

function show() {
  if (!books.has(chosen)) chosen = books.keys().next().value ?? ''
  const book = books.get(chosen)
  list()
  status()
  problems(book)
  document.title = `${chosen || state.project}: ${_('preview')}`
  $('project').textContent = state.project
  const titles = Object.entries(book?.title ?? {}).map(([lang, text]) => create('span', { lang, dir: 'auto', textContent: text }))
  const parts = titles.flatMap((one, n) => n ? [create('i', { textContent: '·' }), one] : [one])
  $('title').replaceChildren(...(parts.length ? parts : [chosen]))
  $('pairs').hidden = !book
  $('pairs').href = `/review?book=${encodeURIComponent(chosen)}`
  const outputs = book?.outputs ?? []
  const pdf = options($('printed'), outputs.filter(one => one.format === 'pdf'), picked.pdf)
  const epub = options($('digital'), outputs.filter(one => one.format === 'epub'), picked.epub)
  $('paper').hidden = !pdf
  panels.show(Boolean(epub))
  const edit = book?.edit && book.edit !== show.last ? book.edit : null
  show.last = book?.edit ?? null
  if (pdf) {
    $('pdf').href = $('save').href = `/outputs/${encodeURIComponent(pdf.file)}`
    $('save').download = pdf.file
    layPaper(pdf)
    paper.show(pdf, edit?.pages[pdf.file])
  }
  if (epub) {
    $('epub').href = `/outputs/${encodeURIComponent(epub.file)}`
    reader.show(epub, edit)
  }
  $('engine').hidden = !epub || state.engine || !state.engineTrouble
  if (!$('engine').hidden) $('engine').textContent = `${_('Its documents are shown one by one:')} ${state.engineTrouble}.`
}

listen({
  state(data) {
    Object.assign(state, { project: data.project, building: data.building, trouble: data.trouble, connected: true })
    if (data.engine && !state.engine && reader.documents) { reader.sha = ''; reader.documents = null }  // it has come meanwhile
    Object.assign(state, { engine: data.engine, engineTrouble: data.engine_trouble })
    books.clear()
    for (const book of data.books) books.set(book.slug, book)
    show()
  },
  building() { state.building = true; state.progress = null; show() },
  progress(data) { state.progress = data; show() },
  book(book) { books.set(book.slug, book); show() },
  ready(data) {
    Object.assign(state, { building: false, seconds: data.seconds, trouble: data.trouble })
    for (const slug of [...books.keys()]) if (!data.books.includes(slug)) books.delete(slug)
    show()
  },
}, () => { state.connected = false; status() })

addEventListener('hashchange', () => { chosen = readHash(); show() })
$('printed').addEventListener('change', event => { picked.pdf.set(chosen, event.target.value); show() })
$('digital').addEventListener('change', event => { picked.epub.set(chosen, event.target.value); show() })
$('spreads').addEventListener('click', () => {
  const edition = books.get(chosen)?.outputs.find(one => one.file === $('printed').value)?.edition
  if (!edition) return
  picked.spreads.set(edition, $('spreads').getAttribute('aria-pressed') !== 'true')
  show()
})
$('thumbs').addEventListener('click', () => {
  $('thumbnails').hidden = !$('thumbnails').hidden
  $('thumbs').setAttribute('aria-pressed', !$('thumbnails').hidden)
  paper.thumbnails()
})
$('pair').addEventListener('click', () => panels.pair())
$('fit').addEventListener('click', () => paper.zoom(0))
let asking = 0
$('words').addEventListener('input', event => { clearTimeout(asking); asking = setTimeout(() => paper.search(event.target.value), 250) })
$('words').addEventListener('keydown', event => { if (event.key === 'Enter') paper.nextHit(event.shiftKey ? -1 : 1) })
$('smaller').addEventListener('click', () => paper.zoom(1 / 1.2))
$('larger').addEventListener('click', () => paper.zoom(1.2))
$('left').addEventListener('click', () => reader.turnTo('left'))
$('right').addEventListener('click', () => reader.turnTo('right'))
$('thin').addEventListener('click', () => reader.letters(-10))
$('thick').addEventListener('click', () => reader.letters(10))
addEventListener('keydown', event => {
  if (event.target.closest?.('select, input, textarea, button, #pages') || event.altKey || event.ctrlKey || event.metaKey) return
  if (event.key === 'ArrowLeft') reader.turnTo('left')
  if (event.key === 'ArrowRight') reader.turnTo('right')
})
