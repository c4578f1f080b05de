// Readium's web navigator; the test's server gives the manifest and the files, as a Readium streamer does.
import { EpubNavigator } from '@readium/navigator'
import { HttpFetcher, Locator, LocatorLocations, Manifest, Publication } from '@readium/shared'

const url = new URL('/book/manifest.json', location.href).href
const manifest = Manifest.deserialize(await (await fetch(url)).json())
manifest.setSelfLink(url)
const publication = new Publication({ manifest, fetcher: new HttpFetcher(undefined, new URL('/book/', location.href).href) })
const links = manifest.readingOrder.items
// a position for every 1024 bytes, as Readium's architecture asks
const sizes = []
for (const link of links) sizes.push(Math.max(1, Math.ceil((await (await fetch(new URL(link.href, url))).arrayBuffer()).byteLength / 1024)))
const total = sizes.reduce((a, b) => a + b, 0)
let position = 0
const positions = links.flatMap((link, n) => Array.from({ length: sizes[n] }, (_, k) => {
  position += 1
  return new Locator({ href: link.href, type: link.type, locations: new LocatorLocations({
    progression: k / sizes[n], position, totalProgression: (position - 1) / total }) })
}))
const no = () => false, nothing = () => {}
const navigator_ = new EpubNavigator(document.getElementById('v'), publication, {
  frameLoaded: nothing, positionChanged: nothing, tap: no, click: no, zoom: nothing, miscPointer: nothing, scroll: nothing,
  customEvent: nothing, handleLocator: no, textSelected: nothing, contentProtection: nothing, contextMenu: nothing, peripheral: nothing,
}, positions, undefined, { preferences: {}, defaults: {} })
await navigator_.load()
const order = links.map(link => link.href)
const turn = name => new Promise(done => {
  const late = setTimeout(() => done(false), 2000)
  navigator_[name](false, ok => { clearTimeout(late); setTimeout(() => done(ok), 120) })
})
window.R = {
  info: { direction: publication.metadata.effectiveReadingProgression, sections: order.length, languages: manifest.metadata.languages },
  state: {},
  frames: () => navigator_._cframes.filter(Boolean).map(f => ({ doc: f.iframe.contentDocument, frame: f.iframe })),
  section: () => order.indexOf(navigator_.currentLocator.href),
  where: () => [navigator_.currentLocator.href, R.frames()[0]?.doc.scrollingElement.scrollLeft].join(),
  next: () => turn('goForward'), prev: () => turn('goBackward'), left: () => turn('goLeft'), right: () => turn('goRight'),
  raw: navigator_,
}
R.ready = true
