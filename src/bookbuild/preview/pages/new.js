// A new book: files or pasted texts, what was recognised in them, then the book.

import { $, _, _n, create, describeFinding, nameLanguage, send, Trouble } from '/dom.js'

let upload = ''
let files = []  // { name, languages }: languages that the person has confirmed or corrected
const titles = {}  // those that the person has typed
let read = null  // what the server found in them
const COMMON = ['ar', 'id', 'en', 'fa', 'ur', 'he', 'tr', 'ms', 'jv', 'su', 'fr', 'de', 'es', 'it', 'nl', 'pt', 'ru', 'zh', 'ja', 'ko', 'hi', 'bn']

function fail(error) {
  if (!(error instanceof Trouble)) throw error
  $('status').textContent = ''
  $('status').classList.remove('busy')
  $('trouble').hidden = false
  const isAboutLanguages = files.length && !read && error.findings.every(one => !one.code)
  const hints = isAboutLanguages ? [create('li', {}, create('strong', { textContent: _('Add the file that is missing, or choose the language of each file below.') }))] : []
  $('trouble').replaceChildren(...hints, ...error.findings.map(one => describeFinding(one)))
  $('consent').hidden = !error.findings.some(one => one.code === 'X001')
  $('trouble').hidden = !$('consent').hidden
  $('trouble').scrollIntoView({ block: 'nearest' })
}

function busy(text) {
  $('status').textContent = text
  $('status').classList.toggle('busy', Boolean(text))
  for (const one of $('form').querySelectorAll('button, select')) one.disabled = Boolean(text)
}

async function add(list) {
  if (!list.length) return
  $('trouble').hidden = $('consent').hidden = true
  busy(_('reading the files …'))
  try {
    upload ||= (await send('/uploads', {})).upload
    const names = new Set()  // files of one name from two folders are two
    for (const file of list) {
      let name = file.name
      for (let n = 2; names.has(name); n++) name = file.name.replace(/(\.\w+)?$/, ` (${n})$1`)
      names.add(name)
      await send(`/uploads/${upload}/files/${encodeURIComponent(name)}`, file, 'PUT')
      files = [...files.filter(one => one.name !== name), { name, languages: [] }]
    }
    await recognise()
  } catch (error) { fail(error) } finally { busy('') }
}

// The languages of the files, one per file, or those of the only file; none if a file came whose language nobody knows yet.
const confirmed = () => files.every(one => one.languages.length === 1) ? files.map(one => one.languages[0]) : files.length === 1 ? files[0].languages : []

async function recognise() {
  read = null
  show()
  const isNew = !confirmed().length
  read = await send(`/uploads/${upload}/read`, { files: files.map(one => one.name), languages: confirmed() })
  files = read.files
  const place = file => read.languages.findIndex(({ tag }) => tag === file.languages[0])
  if (isNew) files.sort((a, b) => place(a) - place(b))  // the likely original first, until the person says otherwise
  show()
}

function show() {
  $('form').hidden = !files.length
  $('make').hidden = !read
  $('files').replaceChildren(...files.map(createRow))
  $('counts').textContent = read ? read.languages.map(({ tag }) => `${nameLanguage(tag)}: ${_n('{n} paragraph', '{n} paragraphs', read.paragraphs[tag])}`).join(' · ') : ''
  $('remarks').replaceChildren(...(read ? [...read.remarks, ...read.losses.map(one => `${_('not taken over:')} ${one}`)] : []).map(text => create('li', { textContent: text, dir: 'auto' })))
  $('titles').replaceChildren(...(read?.languages ?? []).map(({ tag, direction }) => {
    const input = create('input', { type: 'text', value: titles[tag] ?? read.titles[tag] ?? '', lang: tag, dir: direction, maxLength: 1000 })
    input.dataset.tag = tag
    input.addEventListener('input', () => { titles[tag] = input.value })
    return create('label', {}, create('span', { textContent: _('Title in {language}', { language: nameLanguage(tag) }) }), input)
  }))
}

function createRow(file, place) {
  const cells = [create('span', { className: 'name', textContent: file.name })]
  if (file.languages.length > 1) cells.push(create('span', { textContent: file.languages.map(tag => nameLanguage(tag)).join(', ') }))
  else {
    const tags = [...new Set([...(file.languages[0] ? [file.languages[0]] : []), ...COMMON])]
    const select = create('select', {}, ...(file.languages.length ? [] : [create('option', { value: '', textContent: _('language?') })]),
      ...tags.map(tag => create('option', { value: tag, textContent: nameLanguage(tag) })), create('option', { value: '?', textContent: _('another one …') }))
    select.setAttribute('aria-label', _('Language of {name}', { name: file.name }))
    select.value = file.languages[0] ?? ''
    select.addEventListener('change', () => change(file, select))
    cells.push(select)
  }
  if (place) {
    const up = create('button', { type: 'button', textContent: '↑', title: _('Before the others: the original comes first') })
    up.setAttribute('aria-label', `${_('Move up')}: ${file.name}`)
    up.addEventListener('click', () => { [files[place - 1], files[place]] = [files[place], files[place - 1]]; again() })
    cells.push(up)
  }
  const remove = create('button', { type: 'button', textContent: '×' })
  remove.setAttribute('aria-label', `${_('Remove')}: ${file.name}`)
  remove.addEventListener('click', () => { files = files.filter(one => one !== file); if (files.length) again(); else { read = null; show() } })
  cells.push(remove)
  return create('li', {}, ...cells)
}

function change(file, select) {
  let tag = select.value
  if (tag === '?') tag = (prompt(_('The code of the language, for example am, ku or zh-Hant:')) ?? '').trim()
  if (!tag) return show()
  file.languages = [tag]
  again()
}

async function again() {
  $('trouble').hidden = true
  busy(_('reading the files …'))
  try { await recognise() } catch (error) { fail(error) } finally { busy('') }
}

function step(name) {
  const steps = ['step-write', 'step-pair', 'step-build']
  $('progress').hidden = false
  steps.forEach((one, n) => { $(one).className = n < steps.indexOf(name) ? 'done' : one === name ? 'now' : '' })
}

$('form').addEventListener('submit', async event => {
  event.preventDefault()
  if (!read) return
  $('trouble').hidden = true
  busy(_('making the book …'))
  try {
    step('step-write')
    const wanted = Object.fromEntries([...$('titles').querySelectorAll('input')].map(one => [one.dataset.tag, one.value]))
    const { book, even } = await send(`/uploads/${upload}/book`, { files: files.map(one => one.name), languages: confirmed(), titles: wanted, paper: $('paper').value })
    if (!even) {
      step('step-pair')
      await send(`/books/${encodeURIComponent(book)}/pairs`, {}).catch(() => {})  // what is wrong stands above its pages
    }
    step('step-build')
    location.href = `/book#${encodeURIComponent(book)}`
  } catch (error) { $('progress').hidden = true; fail(error) } finally { busy('') }
})

$('chosen').addEventListener('change', event => { add([...event.target.files]); event.target.value = '' })
$('use').addEventListener('click', () => {
  const texts = [$('pasted-1').value, $('pasted-2').value]
  add(texts.map((text, n) => [text, n + 1]).filter(([text]) => text.trim()).map(([text, n]) => new File([text], `text-${n}.txt`)))
})
$('install').addEventListener('click', async () => {
  $('consent').hidden = true
  busy(_('installing …'))
  try { await send('/libraries', {}); await recognise() } catch (error) { fail(error); $('trouble').hidden = false } finally { busy('') }
})
for (const name of ['dragover', 'dragleave', 'drop']) {
  addEventListener(name, event => {
    if (!event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    $('drop').classList.toggle('over', name === 'dragover')
    if (name === 'drop') add([...event.dataTransfer.files])
  })
}

// What is there when the page's language is switched is there afterwards.
addEventListener('leave', () => {
  const pasted = [$('pasted-1').value, $('pasted-2').value]
  sessionStorage.setItem('new', JSON.stringify({ upload, files, titles, pasted, isOpen: $('paste').open }))
})
const left = JSON.parse(sessionStorage.getItem('new') ?? 'null')
if (left) {
  sessionStorage.removeItem('new')
  upload = left.upload
  files = left.files
  Object.assign(titles, left.titles)
  $('paste').open = left.isOpen
  ;[$('pasted-1').value, $('pasted-2').value] = left.pasted
  if (files.length) again()
}
