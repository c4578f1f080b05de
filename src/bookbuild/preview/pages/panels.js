// What stands beside the pages: the e-book, the texts to correct, all papers of the book, its options.

import { $, _, _n, create, describeFinding, nameEdition, nameLanguage, number, send, Trouble } from '/dom.js'

const NAMES = ['reader', 'texts', 'papers', 'options']
const address = (book, what) => `/books/${encodeURIComponent(book.slug)}/${what}`

export class Panels {
  constructor(getBook, refresh) {
    this.getBook = getBook
    this.refresh = refresh
    this.chosen = ''
    this.shown = ''
    this.asked = new Set()  // files that were asked for and are not there yet
    for (const name of NAMES) {
      const tab = $(`tab-${name}`)
      tab.addEventListener('click', () => this.choose(name))
      tab.addEventListener('keydown', event => this.turn(event, name))
    }
    $('options').addEventListener('submit', event => { event.preventDefault(); this.saveOptions() })
    $('fields').addEventListener('input', () => { this.typed = this.getBook()?.slug })
    $('chapter').addEventListener('change', event => this.readTexts(Number(event.target.value)))
  }

  turn(event, name) {
    const steps = { ArrowRight: 1, ArrowLeft: -1 }
    const step = steps[event.key] * (document.dir === 'rtl' ? -1 : 1)
    if (!step) return
    event.stopPropagation()
    const there = NAMES.filter(one => !$(`tab-${one}`).hidden)
    const next = there[(there.indexOf(name) + step + there.length) % there.length]
    this.choose(next)
    $(`tab-${next}`).focus()
  }

  choose(name) {
    this.chosen = name
    this.shown = ''
    this.refresh()
    if (matchMedia('(max-width: 60rem)').matches) $('beside').scrollIntoView()  // it stands below the pages there
  }

  // Shows the chosen panel of the book; called after each change.
  show(hasEbook) {
    const book = this.getBook()
    $('tab-reader').hidden = !hasEbook
    const name = this.chosen && (this.chosen !== 'reader' || hasEbook) ? this.chosen : hasEbook ? 'reader' : 'papers'
    for (const one of NAMES) {
      $(`tab-${one}`).setAttribute('aria-selected', one === name)
      $(`tab-${one}`).tabIndex = one === name ? 0 : -1
      $(one).hidden = one !== name
    }
    if (!book) return
    const key = `${book.slug} ${name}`
    const isNew = key !== this.shown
    this.shown = key
    if (name === 'papers') this.listPapers(book, isNew)
    if (isNew && name === 'options' && this.typed !== book.slug) this.readOptions(book)
    if (name === 'texts') {
      const version = book.outputs.map(one => one.sha256).join()
      if (isNew && this.texts?.slug !== book.slug) this.readTexts(0)
      else if (isNew || version !== this.version) this.refreshTexts()
      this.version = version
    }
  }

  fail(list, error) {
    if (!(error instanceof Trouble)) throw error
    list.replaceChildren(...error.findings.map(one => describeFinding(one)))
    list.hidden = false
  }

  // ---- the papers

  async listPapers(book, isNew) {
    if (isNew || !this.editions) {
      try { this.editions = await send(address(book, 'editions')) } catch (error) { return this.fail($('papers-trouble'), error) }
    }
    $('papers-trouble').hidden = true
    const files = new Map(book.outputs.map(one => [one.file, one]))
    for (const file of files.keys()) this.asked.delete(file)
    if (book.status === 'failed') this.asked.clear()
    const groups = [
      [_('To print'), one => one.format === 'pdf'],
      [_('For e-readers'), one => one.format === 'epub'],
      [_('For other programs'), one => one.exchanged],
    ]
    const focused = document.activeElement?.dataset?.file
    $('papers-list').replaceChildren(...groups.flatMap(([title, belongs]) => {
      const own = this.editions.filter(belongs)
      return own.length ? [create('h4', { textContent: title }), create('ul', {}, ...own.map(one => this.describePaper(book, one, files.get(one.file))))] : []
    }))
    if (focused) $('papers-list').querySelector(`[data-file="${CSS.escape(focused)}"]`)?.focus()
  }

  describePaper(book, edition, output) {
    const [stem, ...rest] = edition.name.split('-')
    const name = nameEdition(edition.name)
    const text = create('div', {}, create('strong', { textContent: name }), create('span', { textContent: this.describeEdition(edition, stem, rest) }))
    const acts = create('div', { className: 'acts' })
    const href = `/outputs/${encodeURIComponent(edition.file)}`
    if (output) {
      if (edition.format === 'pdf') acts.append(create('a', { href, target: '_blank', rel: 'noopener', textContent: _('Open to print') }))
      const size = output.pages ? _n('{n} page', '{n} pages', output.pages) : `${number(Math.ceil(output.bytes / 1024))} KB`
      acts.append(create('a', { href, download: edition.file, textContent: `${_('Download')} (${edition.format.toUpperCase()}, ${size})` }))
    } else {
      const waits = this.asked.has(edition.file)
      const button = create('button', { type: 'button', textContent: waits ? _('being made …') : _('Make it'), disabled: waits })
      button.dataset.file = edition.file
      button.setAttribute('aria-label', `${_('Make it')}: ${name}`)
      button.addEventListener('click', async () => {
        this.asked.add(edition.file)
        this.listPapers(book)
        try { await send(address(book, 'editions'), { edition: edition.name }) } catch (error) { this.asked.delete(edition.file); this.fail($('papers-trouble'), error) }
      })
      acts.append(button)
    }
    return create('li', {}, text, acts)
  }

  // The description of an edition for one language names its tag, for which the catalogue has {language}.
  describeEdition({ description }, stem, rest) {
    const tag = rest.join('-')
    if (stem !== 'reader' || !tag) return _(description)
    return _(description.replaceAll(tag, '{language}'), { language: nameLanguage(tag) })
  }

  // ---- the texts

  // Opens the paragraph at a place such as source/book/ar.txt:12.
  async open(place) {
    const [, path, line] = /^(.*?)(?::(\d+))?$/.exec(place)
    this.choose('texts')
    const chapter = await this.findChapter(path)
    await this.readTexts(chapter)
    const fields = [...$('texts-list').querySelectorAll('textarea')].filter(one => one.paragraph.path === path)
    const field = fields.filter(one => one.paragraph.line <= Number(line || 1)).at(-1) ?? fields[0]
    field?.focus()
    field?.scrollIntoView({ block: 'center' })
  }

  async findChapter(path) {
    const name = path.split('/').at(-1).replace(/\.\w+$/, '')
    const { chapters } = await send(`${address(this.getBook(), 'texts')}?chapter=0`)
    return Math.max(0, chapters.indexOf(name))
  }

  async readTexts(chapter) {
    const book = this.getBook()
    const turn = this.turnOfTexts = (this.turnOfTexts ?? 0) + 1
    let data
    try { data = await send(`${address(book, 'texts')}?chapter=${chapter}`) } catch (error) { $('texts-list').replaceChildren(); return this.fail($('texts-trouble'), error) }
    if (turn !== this.turnOfTexts) return
    $('texts-trouble').hidden = true
    this.texts = { slug: book.slug, chapter: data.chapter }
    $('chapter-label').hidden = data.chapters.length < 2
    $('chapter').replaceChildren(...data.chapters.map((name, n) => create('option', { value: n, textContent: name || number(n + 1) })))
    $('chapter').value = data.chapter
    const columns = data.languages.map(language => create('div', { className: 'column', lang: language.tag, dir: language.direction },
      create('h4', {}, language.name, ' ', this.createReplacement(language)), ...language.paragraphs.map(one => this.createField(language, one))))
    $('texts-list').classList.toggle('even', new Set(data.languages.map(one => one.paragraphs.length)).size === 1)
    $('texts-list').style.setProperty('--rows', Math.max(...data.languages.map(one => one.paragraphs.length)) + 1)
    $('texts-list').replaceChildren(...columns)
  }

  // Takes up how the texts are now. What is being typed stays; if paragraphs have come or gone, that waits until nothing is.
  async refreshTexts() {
    const book = this.getBook()
    if (!this.texts || this.texts.slug !== book?.slug) return
    const data = await send(`${address(book, 'texts')}?chapter=${this.texts.chapter}`).catch(() => null)
    if (!data || $('texts').hidden) return
    const fields = [...$('texts-list').querySelectorAll('textarea')]
    for (const { path, paragraphs } of data.languages) {
      const own = fields.filter(one => one.paragraph.path === path)
      if (own.length !== paragraphs.length) {
        const isBusy = fields.some(one => one === document.activeElement || one.value !== one.paragraph.before)
        return isBusy ? undefined : this.readTexts(this.texts.chapter)
      }
      own.forEach((field, n) => {
        const { line, text } = paragraphs[n]
        if (field.value === field.paragraph.before && field.value !== text) field.value = text
        Object.assign(field.paragraph, { line, before: text })
      })
    }
  }

  // A new version of a language's text, from a file of any kind.
  createReplacement({ tag }) {
    const input = create('input', { type: 'file', className: 'hidden' })
    input.addEventListener('change', async () => {
      const [file] = input.files
      const book = this.getBook()
      if (!file) return
      try {
        const { upload } = await send('/uploads', {})
        await send(`/uploads/${upload}/files/${encodeURIComponent(file.name)}`, file, 'PUT')
        await send(`/uploads/${upload}/into/${encodeURIComponent(book.slug)}`, { files: [file.name], languages: [tag] })
      } catch (error) { return this.fail($('texts-trouble'), error) }
      this.readTexts(0)
    })
    const label = create('label', { className: 'link', dir: document.documentElement.dir, lang: document.documentElement.lang }, _('replace by a file …'), input)
    input.setAttribute('aria-label', _('Replace the text in {language} by a file', { language: nameLanguage(tag) }))
    return label
  }

  async pair() {
    try { await send(address(this.getBook(), 'pairs'), {}) } catch (error) { this.choose('texts'); this.fail($('texts-trouble'), error) }
  }

  createField(language, { line, text }) {
    const field = create('textarea', { value: text, rows: 1, spellcheck: true, lang: language.tag, dir: language.direction })
    field.setAttribute('aria-label', _('{language}, line {n}', { language: nameLanguage(language.tag), n: number(line) }))
    field.paragraph = { path: language.path, line, before: text }
    field.addEventListener('change', () => { if (field.isConnected) this.saveText(field) })
    field.addEventListener('keydown', event => {
      event.stopPropagation()
      if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); if (!field.classList.contains('unsaved')) field.blur(); else this.saveText(field) }
      if (event.key === 'Escape') { field.value = field.paragraph.before; field.classList.remove('unsaved'); field.blur() }
    })
    return field
  }

  // One after the other: a line that was added moves those below it.
  saveText(field) {
    this.saving = (this.saving ?? Promise.resolve()).then(() => this.saveNow(field))
  }

  async saveNow(field) {
    const { path, line, before } = field.paragraph
    const after = field.value
    if (after === before) return field.classList.remove('unsaved')
    field.classList.add('saving')
    try {
      await send(address(this.getBook(), 'texts'), { path, line, before, after })
      if (!$('texts-list').querySelector('.unsaved:not(.saving)')) $('texts-trouble').hidden = true
      field.classList.remove('saving', 'unsaved')
      Object.assign(field.paragraph, { before: after })
    } catch (error) {
      field.classList.replace('saving', 'unsaved')
      this.fail($('texts-trouble'), error)
    }
    await this.refreshTexts()
  }

  // ---- the options

  async readOptions(book) {
    try { this.form = await send(address(book, 'options')) } catch (error) { $('fields').replaceChildren(); return this.fail($('options-trouble'), error) }
    $('options-trouble').hidden = true
    this.typed = ''
    $('saved').textContent = ''
    const titles = this.form.titles.map(one => {
      const input = create('input', { type: 'text', name: `title ${one.tag}`, value: one.title, lang: one.tag, dir: one.direction, maxLength: 1000, placeholder: _('as in the text') })
      return create('label', {}, create('span', { textContent: _('Title in {language}', { language: nameLanguage(one.tag) }) }), input)
    })
    $('fields').replaceChildren(...titles, ...this.form.fields.map(one => this.createOption(one)))
  }

  createOption(field) {
    let input
    if (field.kind === 'switch') input = create('input', { type: 'checkbox', checked: field.value })
    else if (field.kind === 'choice') {
      const words = field.value && !field.choices.includes(field.value) ? [...field.choices, field.value] : field.choices
      input = create('select', {}, ...(field.value === '' ? [create('option', { value: '', textContent: _('as in book.toml') })] : []),
        ...words.map(word => create('option', { value: word, textContent: _(word) })))
      input.value = field.value
    } else if (field.kind === 'number') input = create('input', { type: 'number', min: field.ge, max: field.le, value: field.value })
    else input = create('input', { type: 'text', value: field.value, dir: 'auto' })
    input.name = field.name
    const help = create('small', { textContent: _(field.description) })
    return create('label', { className: field.kind }, create('span', { textContent: _(field.label) }), input, help)
  }

  async saveOptions() {
    const changes = { print: {}, titles: {} }
    for (const field of this.form.fields) {
      const input = $('fields').querySelector(`[name="${field.name}"]`)
      const value = field.kind === 'switch' ? input.checked : field.kind === 'number' ? Number(input.value) : input.value
      if (value !== field.value) changes.print[field.name] = value
    }
    const titles = this.form.titles.map(one => [one, $('fields').querySelector(`[name="title ${one.tag}"]`).value])
    if (titles.some(([one, value]) => value !== one.title)) changes.titles = Object.fromEntries(titles.map(([one, value]) => [one.tag, value]))
    try {
      await send(address(this.getBook(), 'options'), changes)
    } catch (error) { $('saved').textContent = ''; return this.fail($('options-trouble'), error) }
    await this.readOptions(this.getBook())
    $('saved').textContent = _('saved')
  }
}
