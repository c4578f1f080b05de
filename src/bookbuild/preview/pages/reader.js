// The e-book, in a real reading engine, or document by document without one.

import { $, _, create, number } from '/dom.js'

const settled = () => new Promise(done => {
  setTimeout(done, 200)  // pages that nobody sees are not drawn
  requestAnimationFrame(() => requestAnimationFrame(done))
})

export class Reader {
  constructor(hasEngine) {
    this.hasEngine = hasEngine
    this.file = this.sha = this.coming = ''
    this.wanted = null
    this.size = Number(sessionStorage.getItem('letters')) || 100
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
    if (!this.hasEngine()) return this.plain(output, other)
    try {
      await import('/engine/view.js')
      const view = create('foliate-view')
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
      $('engine').textContent = _('The reading engine could not open this e-book ({error}). Its documents are shown one by one.', { error })
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
    const share = typeof fraction === 'number' ? `${number(Math.round(fraction * 100))} %` : ''
    $('place').textContent = [tocItem?.label?.trim(), share].filter(Boolean).join(' · ')
  }

  letters(step) {
    this.size = Math.min(300, Math.max(50, this.size + step))
    sessionStorage.setItem('letters', this.size)
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
    const frame = create('iframe', { title: _('the e-book') })
    frame.setAttribute('sandbox', 'allow-same-origin')
    $('book').replaceChildren(frame)
    this.frame = frame
    this.document(other ? 0 : this.number ?? 0)
  }

  document(wanted) {
    this.number = Math.min(this.documents.length - 1, Math.max(0, wanted))
    this.frame.src = this.documents[this.number]
    $('place').textContent = _('document {n} of {count}', { n: number(this.number + 1), count: number(this.documents.length) })
  }
}
