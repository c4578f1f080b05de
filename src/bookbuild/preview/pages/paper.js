// The pages of a PDF, as pictures.

import { $, _, _n, create, number, send } from '/dom.js'

export class Paper {
  constructor() {
    this.file = this.sha = this.coming = ''
    this.wanted = null
    this.width = Number(sessionStorage.getItem('width')) || 0  // 0: as wide as the pane
    this.spreads = false
    this.direction = 'ltr'
    this.hits = []
    new ResizeObserver(() => { if (!this.width && this.sizes) { this.measure(); for (const figure of this.near) this.draw(figure) } }).observe($('pages'))
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
    this.current = best ? Number(best.dataset.page) : 1
    $('page').textContent = this.figures.length ? _('{n} of {count}', { n: number(this.current), count: number(this.figures.length) }) : ''
    for (const one of $('thumbnails').children) one.firstChild.toggleAttribute('aria-current', Number(one.dataset.page) === this.current)
  }

  // Pages of books lie side by side as they do when the book is open; `direction` is that of its first language.
  lay(spreads, direction) {
    this.spreads = spreads
    this.direction = direction
    $('pages').classList.toggle('spreads', spreads)
    $('pages').dir = direction
    if (this.sizes) { this.measure(); for (const figure of this.near) this.draw(figure) }
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
    const figure = create('figure')
    figure.dataset.page = number
    figure.addEventListener('animationend', () => figure.classList.remove('edited'))
    this.figures.push(figure)
    $('pages').append(figure)
    this.observer.observe(figure)
    this.position.observe(figure)
  }

  measure() {
    const widest = Math.max(...this.sizes.map(([width]) => width))
    const pane = $('pages').clientWidth - 34
    const full = this.width || Math.max(160, this.spreads ? pane / 2 - 4 : pane)
    this.figures.forEach((figure, n) => {
      const [width, height] = this.sizes[n]
      const shown = full * width / widest
      figure.style.width = `${shown}px`
      figure.style.height = `${shown * height / width}px`
    })
    this.thumbnails()
  }

  thumbnails() {
    if ($('thumbnails').hidden) return $('thumbnails').replaceChildren()
    $('thumbnails').replaceChildren(...this.sizes.map(([width, height], n) => {
      const image = create('img', {
        src: `/pages/${encodeURIComponent(this.file)}/${this.sha}/${n + 1}?width=160`, loading: 'lazy', alt: '', width: 80, height: 80 * height / width,
      })
      const button = create('button', { type: 'button' }, image, create('span', { textContent: number(n + 1) }))
      button.setAttribute('aria-label', _('Go to page {n}', { n: number(n + 1) }))
      button.addEventListener('click', () => this.go(n + 1))
      const item = create('li', {}, button)
      item.dataset.page = n + 1
      return item
    }))
    this.where()
  }

  async search(words) {
    this.hits = words.trim() ? await send(`/search/${encodeURIComponent(this.file)}/${this.sha}?words=${encodeURIComponent(words)}`) : []
    this.hit = -1
    this.nextHit(1)
  }

  nextHit(step) {
    const count = this.hits.length
    if (count) this.hit = (this.hit + step + count) % count
    $('hits').textContent = $('words').value.trim() ? _n('{n} page', '{n} pages', count) : ''
    if (count) this.go(this.hits[this.hit])
  }

  async draw(figure) {
    const pixels = Math.min(3000, Math.max(100, Math.round(figure.clientWidth * devicePixelRatio)))
    const name = `/pages/${encodeURIComponent(this.file)}/${this.sha}/${figure.dataset.page}?width=${pixels}`
    if (figure.dataset.source === name) return
    figure.dataset.source = name
    const image = create('img', { src: name, alt: _('page {n}', { n: number(figure.dataset.page) }) })
    try { await image.decode() } catch { if (figure.dataset.source === name) figure.dataset.source = ''; return }
    if (figure.dataset.source === name) figure.replaceChildren(image)  // the page before stays until this one is there
  }

  zoom(factor) {
    const now = this.figures[0]?.clientWidth || 560
    this.width = factor ? Math.min(2400, Math.max(160, Math.round(now * factor))) : 0
    sessionStorage.setItem('width', this.width)
    this.measure()
    for (const figure of this.near) this.draw(figure)
  }

  go(page) {
    const figure = this.figures[page - 1]
    if (!figure) return
    const box = figure.getBoundingClientRect(), pane = $('pages').getBoundingClientRect()
    const visible = Math.min(box.bottom, pane.bottom) - Math.max(box.top, pane.top)
    if (visible < Math.min(box.height, pane.height) * .5) figure.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' })
    figure.classList.remove('edited')
    requestAnimationFrame(() => figure.classList.add('edited'))
  }
}
