// The preview's page: what the server tells is shown; nothing is kept here but what is looked at.

const $ = id => document.getElementById(id)
const books = new Map()
const quiet = matchMedia('(prefers-reduced-motion: reduce)').matches
const state = { project: '', building: false, trouble: [], engine: false, engineTrouble: '', progress: null, seconds: null, connected: false }
let chosen = decodeURIComponent(location.hash.slice(1))

const made = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}
const kept = (key, fallback) => Number(sessionStorage.getItem(key)) || fallback
const keep = (key, value) => sessionStorage.setItem(key, value)

const settled = () => new Promise(done => {
  setTimeout(done, 200)  // pages that nobody sees are not drawn
  requestAnimationFrame(() => requestAnimationFrame(done))
})

// ---------------------------------------------------------------- the paper

class Paper {
  constructor() {
    this.file = this.sha = this.coming = ''
    this.wanted = null
    this.width = kept('width', 560)
    this.figures = []
    this.near = new Set()
    this.seen = new Map()
    this.turn = 0
    this.observer = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) { this.near.add(target); this.draw(target) } else this.near.delete(target)
      }
    }, { root: $('pages'), rootMargin: '600px 0px' })
    this.position = new IntersectionObserver(entries => {
      for (const { target, intersectionRatio } of entries) this.seen.set(target, intersectionRatio)
      this.where()
    }, { root: $('pages'), threshold: [0, .25, .5, .75, 1] })
  }

  where() {
    let best = null
    for (const figure of this.figures) {
      const share = this.seen.get(figure) ?? 0
      if (share > (best ? this.seen.get(best) : 0)) best = figure
    }
    $('page').textContent = this.figures.length ? `${best ? best.dataset.page : 1} of ${this.figures.length}` : ''
  }

  async show(output, page) {
    const name = `${output.file} ${output.sha256}`
    if (page) this.wanted = { name, page }
    if (name === this.coming) return  // on its way already
    if (output.file === this.file && output.sha256 === this.sha) return this.arrive(name)
    const turn = ++this.turn
    const other = output.file !== this.file
    this.coming = name
    const answer = await fetch(`/pages/${encodeURIComponent(output.file)}/${output.sha256}`)
    const sizes = answer.ok ? await answer.json() : null
    if (turn !== this.turn) return
    this.coming = ''
    if (!sizes) return  // built again meanwhile: that will be told too
    this.file = output.file
    this.sha = output.sha256
    this.sizes = sizes
    if (other) this.clear()
    while (this.figures.length > sizes.length) this.drop(this.figures.pop())
    while (this.figures.length < sizes.length) this.add(this.figures.length + 1)
    this.measure()
    if (other) $('pages').scrollTop = 0
    for (const figure of this.near) this.draw(figure)
    this.where()
    this.arrive(name)
  }

  // Goes to the page that was asked for with these very pages.
  arrive(name) {
    if (this.wanted?.name !== name) return
    this.go(this.wanted.page)
    this.wanted = null
  }

  clear() {
    for (const figure of this.figures.splice(0)) this.drop(figure)
    this.near.clear()
    this.seen.clear()
  }

  drop(figure) {
    this.observer.unobserve(figure)
    this.position.unobserve(figure)
    this.near.delete(figure)
    this.seen.delete(figure)
    figure.remove()
  }

  add(number) {
    const figure = made('figure')
    figure.dataset.page = number
    figure.addEventListener('animationend', () => figure.classList.remove('edited'))
    this.figures.push(figure)
    $('pages').append(figure)
    this.observer.observe(figure)
    this.position.observe(figure)
  }

  measure() {
    const widest = Math.max(...this.sizes.map(([width]) => width))
    this.figures.forEach((figure, n) => {
      const [width, height] = this.sizes[n]
      const shown = this.width * width / widest
      figure.style.width = `${shown}px`
      figure.style.height = `${shown * height / width}px`
    })
  }

  async draw(figure) {
    const pixels = Math.min(3000, Math.max(100, Math.round(figure.clientWidth * devicePixelRatio)))
    const name = `/pages/${encodeURIComponent(this.file)}/${this.sha}/${figure.dataset.page}?width=${pixels}`
    if (figure.dataset.source === name) return
    figure.dataset.source = name
    const image = made('img', { src: name, alt: `page ${figure.dataset.page}` })
    try { await image.decode() } catch { if (figure.dataset.source === name) figure.dataset.source = ''; return }
    if (figure.dataset.source === name) figure.replaceChildren(image)  // the page before stays until this one is there
  }

  zoom(factor) {
    this.width = Math.min(2400, Math.max(200, Math.round(this.width * factor)))
    keep('width', this.width)
    this.measure()
    for (const figure of this.near) this.draw(figure)
  }

  go(page) {
    const figure = this.figures[page - 1]
    if (!figure) return
    const box = figure.getBoundingClientRect(), pane = $('pages').getBoundingClientRect()
    const visible = Math.min(box.bottom, pane.bottom) - Math.max(box.top, pane.top)
    if (visible < Math.min(box.height, pane.height) * .5) figure.scrollIntoView({ block: 'start', behavior: quiet ? 'auto' : 'smooth' })
    figure.classList.remove('edited')
    requestAnimationFrame(() => figure.classList.add('edited'))
  }
}

// ---------------------------------------------------------------- the e-book

class Reader {
  constructor() {
    this.file = this.sha = this.coming = ''
    this.wanted = null
    this.size = kept('letters', 100)
    this.turn = 0
    this.view = null
    this.place = null
  }

  async show(output, edit) {
    const name = `${output.file} ${output.sha256}`
    if (edit) this.wanted = { name, edit }
    if (name === this.coming || (output.file === this.file && output.sha256 === this.sha)) return
    const turn = ++this.turn
    this.coming = name
    const answer = await fetch(`/outputs/${encodeURIComponent(output.file)}`)
    const data = answer.ok ? await answer.blob() : null
    if (turn !== this.turn) return
    this.coming = ''
    if (!data) return
    const other = output.file !== this.file
    this.file = output.file
    this.sha = output.sha256
    if (!state.engine) return this.plain(output, other)
    try {
      await import('/engine/view.js')
      const view = made('foliate-view')
      view.style.visibility = 'hidden'
      $('book').append(view)
      await view.open(new File([data], output.file))
      view.renderer.setAttribute('flow', 'paginated')
      view.renderer.setAttribute('max-column-count', '1')
      view.renderer.setAttribute('margin', '28px')
      this.dress(view)
      let place = null
      view.addEventListener('relocate', ({ detail }) => {
        place = detail.cfi
        if (this.view === view) { this.place = place; this.where(detail) }
      })
      await settled()  // the engine measures itself once more, which it must not do while a document is coming
      const wanted = this.wanted?.name === name ? this.wanted.edit : null
      if (!(wanted && await this.find(view, wanted)) && !(this.place && !other && await this.return(view))) await view.goTo(0)
      if (turn !== this.turn) { view.remove(); return }
      const before = this.view
      this.view = view
      this.place = place
      view.style.visibility = ''
      before?.close?.()
      for (const one of [...$('book').children]) if (one !== view) one.remove()
      this.where(view.lastLocation ?? {})
    } catch (error) {
      $('engine').hidden = false
      $('engine').textContent = `The reading engine could not open this e-book (${error}). Its documents are shown one by one.`
      await this.plain(output, other)
    }
  }

  dress(view) {
    view.renderer.setStyles?.(`html { font-size: ${this.size}% !important; }`)
  }

  async return(view) {
    try { await view.goTo(this.place); return true } catch { return false }
  }

  // Goes to the unit of an edit, in whatever document it is.
  async find(view, { unit, chapter }) {
    const sections = view.book.sections
    const near = (_, n) => Math.abs(n - chapter - 2)
    const order = sections.map((_, n) => n).sort((a, b) => near(0, a) - near(0, b))
    for (const n of order) {
      const doc = await sections[n].createDocument?.()
      if (!doc?.getElementById(unit)) continue
      await view.goTo(`${sections[n].id}#${unit}`)
      return true
    }
    return false
  }

  where({ fraction, tocItem }) {
    const share = typeof fraction === 'number' ? `${Math.round(fraction * 100)} %` : ''
    $('place').textContent = [tocItem?.label?.trim(), share].filter(Boolean).join(' · ')
  }

  letters(step) {
    this.size = Math.min(300, Math.max(50, this.size + step))
    keep('letters', this.size)
    if (this.view) this.dress(this.view)
  }

  turnTo(side) {
    if (this.view) return side === 'left' ? this.view.goLeft() : this.view.goRight()
    if (this.documents) this.document(this.number + (side === this.forward ? 1 : -1))
  }

  // Without the engine: one document after another, as the browser shows it.
  async plain(output, other) {
    const base = `/inside/${encodeURIComponent(output.file)}/${output.sha256}/`
    const parse = async name => new DOMParser().parseFromString(await (await fetch(base + name)).text(), 'application/xml')
    const container = await parse('META-INF/container.xml')
    const path = container.querySelector('rootfile').getAttribute('full-path')
    const opf = await parse(path)
    const items = new Map([...opf.querySelectorAll('manifest > item')].map(item => [item.id, item.getAttribute('href')]))
    const spine = opf.querySelector('spine')
    this.forward = spine.getAttribute('page-progression-direction') === 'rtl' ? 'left' : 'right'
    this.documents = [...spine.querySelectorAll('itemref')].map(ref => new URL(items.get(ref.getAttribute('idref')), new URL(base + path, location.href)).href)
    this.view = null
    const frame = made('iframe', { title: 'the e-book' })
    frame.setAttribute('sandbox', 'allow-same-origin')
    $('book').replaceChildren(frame)
    this.frame = frame
    this.document(other ? 0 : this.number ?? 0)
  }

  document(number) {
    this.number = Math.min(this.documents.length - 1, Math.max(0, number))
    this.frame.src = this.documents[this.number]
    $('place').textContent = `document ${this.number + 1} of ${this.documents.length}`
  }
}

// ---------------------------------------------------------------- the rest

const paper = new Paper()
const reader = new Reader()
const picked = { pdf: new Map(), epub: new Map() }  // a book's slug to the edition that is looked at

function item(finding) {
  const line = made('li')
  if (finding.place) line.append(made('code', { textContent: finding.place }), ' ')
  line.append(made('span', { textContent: finding.message, dir: 'auto' }))
  if (finding.advice) line.append(made('span', { className: 'advice', textContent: `. ${finding.advice}`, dir: 'auto' }))
  if (finding.code) line.append(' ', made('small', { textContent: finding.code }))
  return line
}

function summary(book) {
  const errors = book.findings.filter(one => one.severity === 'error').length
  const warnings = book.findings.length - errors
  if (book.status === 'failed') return ['failed', `not built: ${errors || 'some'} problem${errors === 1 ? '' : 's'}`]
  if (book.status === 'waiting') return ['', 'waiting']
  if (warnings) return ['warned', `${warnings} warning${warnings === 1 ? '' : 's'}`]
  return ['', book.outputs.map(one => one.pages ? `${one.pages} page${one.pages === 1 ? '' : 's'}` : one.format.toUpperCase()).join(', ')]
}

function list() {
  const rows = [...books.values()].map(book => {
    const [kind, text] = summary(book)
    const button = made('button', { type: 'button' }, book.slug, made('small', { className: kind, textContent: text }))
    if (book.slug === chosen) button.setAttribute('aria-current', 'true')
    button.addEventListener('click', () => { location.hash = encodeURIComponent(book.slug) })
    return made('li', {}, button)
  })
  const focused = document.activeElement?.closest?.('#books') ? document.activeElement.firstChild.data : null
  $('books').replaceChildren(...rows)
  if (focused) [...$('books').querySelectorAll('button')].find(one => one.firstChild.data === focused)?.focus()
}

function status() {
  const busy = state.building
  $('status').classList.toggle('busy', busy)
  const failed = [...books.values()].filter(book => book.status === 'failed').length
  let text = 'up to date'
  if (!state.connected) text = 'the preview has ended; start it again with: invoke preview'
  else if (busy) text = state.progress?.tasks > 1 ? `building: ${state.progress.done} of ${state.progress.tasks} parts` : 'building'
  else if (state.trouble.length || failed) text = failed > 1 ? `${failed} books could not be built` : 'there is a problem'
  else if (state.seconds !== null) text = `up to date, built in ${state.seconds} s`
  $('status').textContent = text
}

function problems(book) {
  const errors = [...state.trouble, ...(book?.status === 'failed' ? book.findings.filter(one => one.severity === 'error') : [])]
  const old = book?.status === 'failed' && book.outputs.length
  $('problems').hidden = !errors.length
  $('problems').querySelector('h3').textContent = old ? 'Not built: what is shown is from before' : 'Not built'
  $('problems').querySelector('ul').replaceChildren(...errors.map(item))
  $('panes').classList.toggle('stale', Boolean(errors.length))
  const warnings = book?.findings.filter(one => one.severity !== 'error') ?? []
  $('warnings').hidden = !warnings.length
  $('warnings').querySelector('summary').textContent = `${warnings.length} warning${warnings.length === 1 ? '' : 's'}`
  $('warnings').querySelector('ul').replaceChildren(...warnings.map(item))
}

function options(select, outputs, memory) {
  const wanted = memory.get(chosen)
  select.replaceChildren(...outputs.map(one => made('option', { value: one.file, textContent: one.edition })))
  const output = outputs.find(one => one.file === wanted) ?? outputs[0]
  if (output) select.value = output.file
  select.disabled = outputs.length < 2
  return output
}

function show() {
  if (!books.has(chosen)) chosen = books.keys().next().value ?? ''
  const book = books.get(chosen)
  list()
  status()
  problems(book)
  document.title = `${chosen || state.project}: preview`
  $('project').textContent = state.project
  const titles = Object.entries(book?.title ?? {}).map(([lang, text]) => made('span', { lang, dir: 'auto', textContent: text }))
  $('title').replaceChildren(...(titles.length ? titles : [chosen]))
  $('pairs').hidden = !book
  $('pairs').href = `/review?book=${encodeURIComponent(chosen)}`
  const outputs = book?.outputs ?? []
  const pdf = options($('printed'), outputs.filter(one => one.format === 'pdf'), picked.pdf)
  const epub = options($('digital'), outputs.filter(one => one.format === 'epub'), picked.epub)
  $('paper').hidden = !pdf
  $('reader').hidden = !epub
  const edit = book?.edit && book.edit !== show.last ? book.edit : null
  show.last = book?.edit ?? null
  if (pdf) {
    $('pdf').href = `/outputs/${encodeURIComponent(pdf.file)}`
    paper.show(pdf, edit?.pages[pdf.file])
  }
  if (epub) {
    $('epub').href = `/outputs/${encodeURIComponent(epub.file)}`
    reader.show(epub, edit)
  }
  $('engine').hidden = !epub || state.engine || !state.engineTrouble
  if (!$('engine').hidden) $('engine').textContent = `Its documents are shown one by one: ${state.engineTrouble}.`
}

const events = new EventSource('/events')
const on = (name, react) => events.addEventListener(name, event => { react(JSON.parse(event.data)); show() })
on('state', data => {
  Object.assign(state, { project: data.project, building: data.building, trouble: data.trouble, connected: true })
  if (data.engine && !state.engine && reader.documents) { reader.sha = ''; reader.documents = null }  // it has come meanwhile
  Object.assign(state, { engine: data.engine, engineTrouble: data.engine_trouble })
  books.clear()
  for (const book of data.books) books.set(book.slug, book)
})
on('building', () => { state.building = true; state.progress = null })
on('progress', data => { state.progress = data })
on('book', book => { books.set(book.slug, book) })
on('ready', data => {
  Object.assign(state, { building: false, seconds: data.seconds, trouble: data.trouble })
  for (const slug of [...books.keys()]) if (!data.books.includes(slug)) books.delete(slug)
})
on('end', () => { state.connected = false })
events.addEventListener('error', () => { state.connected = events.readyState === EventSource.OPEN; status() })

addEventListener('hashchange', () => { chosen = decodeURIComponent(location.hash.slice(1)); show() })
$('printed').addEventListener('change', event => { picked.pdf.set(chosen, event.target.value); show() })
$('digital').addEventListener('change', event => { picked.epub.set(chosen, event.target.value); show() })
$('smaller').addEventListener('click', () => paper.zoom(1 / 1.2))
$('larger').addEventListener('click', () => paper.zoom(1.2))
$('left').addEventListener('click', () => reader.turnTo('left'))
$('right').addEventListener('click', () => reader.turnTo('right'))
$('thin').addEventListener('click', () => reader.letters(-10))
$('thick').addEventListener('click', () => reader.letters(10))
addEventListener('keydown', event => {
  if (event.target.closest?.('select, #pages') || event.altKey || event.ctrlKey || event.metaKey) return
  if (event.key === 'ArrowLeft') reader.turnTo('left')
  if (event.key === 'ArrowRight') reader.turnTo('right')
})
