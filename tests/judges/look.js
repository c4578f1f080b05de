// What can be seen of a book in a reading engine: every word whose box lies in the window, by the block it is of.
// An engine gives R.frames(): the documents on show with their frames.
const words = new WeakMap()

function wordsOf(block) {
  if (words.has(block)) return words.get(block)
  const found = []
  const walker = block.ownerDocument.createTreeWalker(block, NodeFilter.SHOW_TEXT)
  for (let node; (node = walker.nextNode());) {
    if (node.parentElement.closest('.noteref')) continue
    for (const match of node.data.matchAll(/[^\s\u00a0]+/g)) {
      const range = block.ownerDocument.createRange()
      range.setStart(node, match.index)
      range.setEnd(node, match.index + match[0].length)
      found.push(range)
    }
  }
  words.set(block, found)
  return found
}

function look() {
  const blocks = []
  const slack = 1.5
  for (const { doc, frame } of R.frames()) {
    const at = frame.getBoundingClientRect()
    for (const block of doc.querySelectorAll('.t[id], h1.title, .t.heading')) {
      const boxes = [...block.getClientRects()]
      if (!boxes.some(b => b.right + at.left > 0 && b.left + at.left < innerWidth)) continue
      const seen = [], cut = [], lefts = []
      wordsOf(block).forEach((range, number) => {
        const rects = [...range.getClientRects()].filter(r => r.width > 0)
        const inside = rects.filter(r => r.left + at.left >= -slack && r.right + at.left <= innerWidth + slack &&
          r.top + at.top >= -slack && r.bottom + at.top <= innerHeight + slack)
        const touched = rects.filter(r => r.right + at.left > slack && r.left + at.left < innerWidth - slack &&
          r.bottom + at.top > slack && r.top + at.top < innerHeight - slack)
        if (rects.length && inside.length === rects.length) {
          seen.push(number)
          lefts.push(Math.round(rects[0].left + at.left))
        } else if (touched.length && touched.length > inside.length) cut.push(number)
        else if (inside.length) seen.push(number)  // a word divided between two pages shows its part on each
      })
      const style = doc.defaultView.getComputedStyle(block)
      const order = [...doc.querySelectorAll('.t[id], h1.title, .t.heading')].indexOf(block)
      if (seen.length || cut.length) blocks.push({ id: block.id, order, seen, cut, lefts, count: wordsOf(block).length,
        direction: style.direction, lang: block.getAttribute('lang') })
    }
  }
  return blocks
}

function fonts() {
  const found = {}
  for (const { doc } of R.frames()) for (const face of doc.fonts) found[`${face.family.replace(/"/g, '')} ${face.weight} ${face.style}`] = face.status
  return found
}

// Whether the letters of right-to-left words stand from right to left, by their boxes.
function letters() {
  const counts = { right: 0, wrong: 0 }
  for (const { doc } of R.frames()) for (const block of doc.querySelectorAll('.t[dir="rtl"]')) for (const range of wordsOf(block)) {
    const text = range.toString()
    if (!/^[\u0621-\u064a]{3,}$/.test(text)) continue
    const box = at => {
      const one = doc.createRange()
      one.setStart(range.startContainer, range.startOffset + at)
      one.setEnd(range.startContainer, range.startOffset + at + 1)
      return one.getBoundingClientRect()
    }
    const first = box(0), last = box(text.length - 1)
    if (Math.abs(first.top - last.top) > 2 || !first.width) continue
    counts[last.left < first.left ? 'right' : 'wrong'] += 1
  }
  return counts
}

Object.assign(window, { look, fonts, letters })
