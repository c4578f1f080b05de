// The review of a book's pairs: boundaries between rows are moved, words never are.

import { $, _, _n, create, listen, number as format } from '/dom.js'

const slug = new URLSearchParams(location.search).get('book') ?? ''
const address = `/pairs/${encodeURIComponent(slug)}`
let data = null
let chapter = 0
let past = [], future = []
let here = { row: 0, side: 0, piece: 0 }
let saved = true
let far = false  // whether the next row is far away

const rows = () => data.chapters[chapter].rows
const pieces = side => data.chapters[chapter].pieces[side]
const start = (row, side) => rows().slice(0, row).reduce((sum, one) => sum + one.sizes[side], 0)
const asked = row => Boolean(row.look) && !row.checked

// ---------------------------------------------------------------- changes

function change(act) {
  const before = { chapter, rows: structuredClone(rows()), here: { ...here } }
  if (act() === false) return
  past.push(before)
  future = []
  saved = false
  draw()
}

function restore(from, to) {
  const last = from.pop()
  if (!last) return
  to.push({ chapter: last.chapter, rows: data.chapters[last.chapter].rows, here: { ...here } })
  chapter = last.chapter
  data.chapters[chapter].rows = last.rows
  here = last.here
  saved = false
  draw()
}

const fresh = sizes => ({ sizes, checked: true, confidence: 1, note: '', look: '' })
const touched = row => Object.assign(row, { checked: true, confidence: 1, look: '' })
const none = row => row.sizes.every(size => size === 0)

// The sentence and all above it in its cell go to the row above.
function up() {
  if (here.row === 0 || !rows()[here.row].sizes[here.side]) return false
  const [above, row] = [rows()[here.row - 1], rows()[here.row]]
  const count = here.piece + 1
  row.sizes[here.side] -= count
  above.sizes[here.side] += count
  touched(above)
  touched(row)
  if (none(row)) rows().splice(here.row, 1)
  here = { row: here.row - 1, side: here.side, piece: above.sizes[here.side] - 1 }
}

// The sentence and all below it in its cell go to the row below.
function down() {
  const row = rows()[here.row]
  const count = row.sizes[here.side] - here.piece
  if (count <= 0) return false
  if (here.row === rows().length - 1) rows().push(fresh(row.sizes.map(() => 0)))
  const below = rows()[here.row + 1]
  row.sizes[here.side] -= count
  below.sizes[here.side] += count
  touched(row)
  touched(below)
  const gone = none(row)
  if (gone) rows().splice(here.row, 1)
  here = { row: here.row + (gone ? 0 : 1), side: here.side, piece: 0 }
}

// The row is split before the sentence; the other languages are split where they have come as far.
function split() {
  const row = rows()[here.row]
  if (here.piece === 0) return false
  const share = length(here.row, here.side, here.piece) / length(here.row, here.side, row.sizes[here.side])
  const stay = row.sizes.map((size, side) => {
    if (side === here.side) return here.piece
    if (size < 2) return size
    const whole = length(here.row, side, size)
    let best = 1
    for (let n = 1; n < size; n++) {
      if (Math.abs(length(here.row, side, n) / whole - share) < Math.abs(length(here.row, side, best) / whole - share)) best = n
    }
    return best
  })
  const rest = row.sizes.map((size, side) => size - stay[side])
  row.sizes = stay
  touched(row)
  rows().splice(here.row + 1, 0, fresh(rest))
  here = { row: here.row + 1, side: here.side, piece: 0 }
}

function length(row, side, count) {
  const first = start(row, side)
  return pieces(side).slice(first, first + count).reduce((sum, one) => sum + one.text.length + 1, 0)
}

function merge() {
  if (here.row >= rows().length - 1) return false
  const [row, below] = rows().splice(here.row, 2)
  const note = [row.note, below.note].filter(Boolean).join(' ')
  rows().splice(here.row, 0, { ...fresh(row.sizes.map((size, n) => size + below.sizes[n])), note })
}

// The cell has no translation: it gets a row of its own, and what stood beside it goes to the row below.
function untranslated() {
  const row = rows()[here.row]
  if (!row.sizes[here.side]) return false
  const others = row.sizes.map((size, side) => side === here.side ? 0 : size)
  row.sizes = row.sizes.map((size, side) => side === here.side ? size : 0)
  touched(row)
  if (others.every(size => size === 0)) return
  const below = rows()[here.row + 1]
  if (below) {
    below.sizes = below.sizes.map((size, side) => size + others[side])
    touched(below)
  } else rows().push(fresh(others))
}

function check() {
  const row = rows()[here.row]
  row.checked = !row.checked
}

// ---------------------------------------------------------------- what is seen

const drawn = new Map()

function draw() {
  const { languages, chapters, table } = data
  document.title = `${data.book}: ${_('review')}`
  $('name').textContent = `${_('Review')}: ${data.book}`
  $('pairs').dir = languages[0].direction
  $('heads').replaceChildren(
    create('th', { className: 'number', scope: 'col', textContent: '#' }),
    ...languages.map(one => create('th', { scope: 'col', lang: one.tag, dir: one.direction, textContent: one.name })),
    create('th', { className: 'look', scope: 'col', textContent: _('Look at') }),
  )
  $('chapter-label').hidden = chapters.length < 2
  if ($('chapter').options.length !== chapters.length) {
    $('chapter').replaceChildren(...chapters.map((one, n) => create('option', { value: n, textContent: one.name || n + 1 })))
  }
  $('chapter').value = chapter
  const only = $('only').checked
  const at = data.languages.map(() => 0)
  const lines = []
  rows().forEach((row, number) => {
    const places = at.slice()
    row.sizes.forEach((size, side) => { at[side] += size })
    if (only && !asked(row) && number !== here.row) return
    const key = JSON.stringify([chapter, number, places, row, number === here.row])
    lines.push(drawn.get(key) ?? line(row, number, places))
    drawn.set(key, lines.at(-1))
  })
  if (drawn.size > 20000) drawn.clear()
  $('rows').replaceChildren(...lines)
  $('undo').disabled = !past.length
  $('redo').disabled = !future.length
  $('save').disabled = saved
  const left = chapters.reduce((sum, one) => sum + one.rows.filter(asked).length, 0)
  const count = chapters.reduce((sum, one) => sum + one.rows.length, 0)
  $('status').textContent = [_n('{n} row', '{n} rows', count), _n('{n} to look at', '{n} to look at', left), saved ? (table ? _('saved in {table}', { table }) : _('not written yet')) : _('not saved')].join(_(', '))
  focus()
}

function line(row, number, places) {
  const cells = data.languages.map((language, side) => {
    const own = pieces(side).slice(places[side], places[side] + row.sizes[side])
    const cell = create('td', { lang: language.tag, dir: language.direction })
    if (!own.length) {
      cell.className = 'empty'
      cell.tabIndex = -1
      cell.setAttribute('aria-label', _('nothing in {language}', { language: language.name }))
    }
    own.forEach((piece, n) => {
      const button = create('button', { type: 'button', tabIndex: -1, textContent: piece.text, className: 'piece' })
      if (piece.first) button.classList.add('first')
      if (piece.kind === 'heading') button.classList.add('heading')
      button.dataset.piece = n
      cell.append(button)
    })
    cell.dataset.side = side
    return cell
  })
  const look = create('td', { className: 'look', dir: 'ltr' })
  if (row.look && !row.checked) look.append(create('p', { textContent: row.look }))
  if (number === here.row) look.append(acts(row))
  const line_ = create('tr', {}, create('td', { className: 'number', textContent: format(number + 1) }), ...cells, look)
  line_.dataset.row = number
  line_.classList.toggle('question', asked(row))
  line_.classList.toggle('checked', row.checked)
  line_.classList.toggle('here', number === here.row)
  return line_
}

function acts(row) {
  const button = (text, label, act) => {
    const one = create('button', { type: 'button', textContent: text, tabIndex: -1 })
    one.setAttribute('aria-label', label)
    one.addEventListener('click', event => { event.stopPropagation(); change(act) })
    return one
  }
  return create('div', { className: 'acts' },
    button('↑', _('Move to the row above'), up), button('↓', _('Move to the row below'), down),
    button(_('split'), _('Split the row before the sentence'), split), button(_('merge'), _('Merge with the row below'), merge),
    button(_('untranslated'), _('Mark as untranslated'), untranslated),
    button(row.checked ? _('unchecked') : _('checked'), row.checked ? _('Mark as not checked') : _('Mark as checked'), check))
}

function target() {
  const cell = $('rows').querySelector(`tr[data-row="${here.row}"] td[data-side="${here.side}"]`)
  return cell?.querySelector(`[data-piece="${here.piece}"]`) ?? cell?.querySelector('.piece') ?? cell
}

function focus() {
  const found = target()
  for (const old of $('rows').querySelectorAll('[tabindex="0"]')) old.tabIndex = -1
  if (!found) return
  found.tabIndex = 0
  if (far || document.activeElement === document.body || $('rows').contains(document.activeElement) || !document.activeElement) {
    found.focus({ preventScroll: true })
    found.scrollIntoView({ block: far ? 'center' : 'nearest' })
  }
}

function go(row, side, piece) {
  const last = rows().length - 1
  here = { row: Math.max(0, Math.min(last, row)), side, piece: 0 }
  here.piece = Math.max(0, Math.min(rows()[here.row].sizes[side] - 1, piece))
  draw()
}

function vertical(step) {
  const { row, side, piece } = here
  if (piece + step >= 0 && piece + step < rows()[row].sizes[side]) return go(row, side, piece + step)
  let next = row + step
  while ($('only').checked && rows()[next] && !asked(rows()[next])) next += step
  if (rows()[next]) go(next, side, step > 0 ? 0 : Infinity)
}

function question(step) {
  far = true
  seek(step)
  far = false
}

function seek(step) {
  for (let n = here.row + step; rows()[n]; n += step) if (asked(rows()[n])) return go(n, here.side, 0)
  for (let c = chapter + step; data.chapters[c]; c += step) {
    const all = data.chapters[c].rows
    const n = step > 0 ? all.findIndex(asked) : all.findLastIndex(asked)
    if (n >= 0) { chapter = c; return go(n, here.side, 0) }
  }
}

// ---------------------------------------------------------------- to and from the server

function trouble(text) {
  $('trouble').hidden = !text
  $('trouble').querySelector('p').textContent = text
}

async function load(keep) {
  const answer = await fetch(address)
  const found = await answer.json()
  if (!answer.ok) { $('status').textContent = _('there is a problem'); trouble(found.trouble.join('\n')); return }
  data = found
  chapter = Math.min(chapter, data.chapters.length - 1)
  if (!keep) here = { row: 0, side: 0, piece: 0 }
  past = []
  future = []
  saved = true
  trouble('')
  here.row = Math.min(here.row, rows().length - 1)
  plot()
  draw()
}

function plot() {
  const image = $('plot').querySelector('img')
  if ($('plot').open) image.src = `${address}/plot.svg?${data.version}`
}

async function save() {
  if (saved || !data) return
  const body = {
    version: data.version,
    chapters: data.chapters.map(one => one.rows.map(({ sizes, checked, confidence, note }) => ({ sizes, checked, confidence, note }))),
  }
  $('status').textContent = _('saving …')
  const answer = await fetch(address, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  const found = await answer.json()
  if (!answer.ok) { $('status').textContent = _('not saved'); trouble(found.trouble.join('\n')); return }
  data = found
  saved = true
  trouble('')
  here.row = Math.min(here.row, rows().length - 1)
  plot()
  draw()
}

// ---------------------------------------------------------------- keys and buttons

$('rows').addEventListener('click', event => {
  const cell = event.target.closest('td[data-side]'), row = event.target.closest('tr')
  if (!cell || !row) return
  const piece = event.target.closest('.piece')
  go(Number(row.dataset.row), Number(cell.dataset.side), piece ? Number(piece.dataset.piece) : 0)
  target()?.focus()
})

const plain = {
  ArrowUp: () => vertical(-1),
  ArrowDown: () => vertical(1),
  s: () => change(split),
  m: () => change(merge),
  u: () => change(untranslated),
  c: () => change(check),
  n: () => question(1),
  p: () => question(-1),
  '?': () => $('help-button').click(),
}

addEventListener('keydown', event => {
  if (!data) return
  const strong = event.ctrlKey || event.metaKey
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (strong && key === 's') { event.preventDefault(); save(); return }
  if (strong && key === 'z') { event.preventDefault(); event.shiftKey ? restore(future, past) : restore(past, future); return }
  if (strong && key === 'y') { event.preventDefault(); restore(future, past); return }
  if (strong || event.target.closest('select, input')) return
  if (event.altKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
    event.preventDefault()
    change(key === 'ArrowUp' ? up : down)
    return
  }
  if (event.altKey) return
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    if (!event.target.closest('#rows')) return
    event.preventDefault()
    const forward = (key === 'ArrowRight') === (data.languages[0].direction === 'ltr')
    const side = here.side + (forward ? 1 : -1)
    if (data.languages[side]) go(here.row, side, Math.min(here.piece, rows()[here.row].sizes[side] - 1))
    return
  }
  if (!plain[key] || (key.startsWith('Arrow') && !event.target.closest('#rows'))) return
  event.preventDefault()
  plain[key]()
})

$('chapter').addEventListener('change', event => { chapter = Number(event.target.value); go(0, 0, 0) })
$('only').addEventListener('change', draw)
$('undo').addEventListener('click', () => restore(past, future))
$('redo').addEventListener('click', () => restore(future, past))
$('save').addEventListener('click', save)
$('next').addEventListener('click', () => question(1))
$('previous').addEventListener('click', () => question(-1))
$('reload').addEventListener('click', () => load(true))
$('plot').addEventListener('toggle', plot)
$('help-button').addEventListener('click', () => {
  $('help').hidden = !$('help').hidden
  $('help-button').setAttribute('aria-expanded', String(!$('help').hidden))
})
addEventListener('beforeunload', event => { if (!saved) event.preventDefault() })

// what was saved elsewhere is taken up, unless there is something here that would be lost
listen({
  async ready() {
    if (!data) return load()
    const answer = await fetch(`${address}/version`)
    if (!answer.ok || (await answer.json()).version === data.version) return
    if (saved) return load(true)
    trouble(_('The texts or the table of pairs were changed elsewhere. What you changed here cannot be saved any more.'))
  },
}, () => trouble(_('the preview has ended; start it again')))

load()
