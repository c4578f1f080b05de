// Readium's navigator asks a package, which the registry lacks, what browser it runs in; here that is known: Chromium on Linux.
export const sML = { OS: { Linux: [1] }, UA: { Chrome: [120], Chromium: [120], Blink: [120] }, Mobile: false, Env: [] }
export const sMLWithRequest = { ...sML, iOSRequest: undefined }
const unused = name => () => { throw new Error(`${name} is not needed to page through a book`) }
export const adjustColorForContrast = unused('adjustColorForContrast')
export const getContrastingTextColor = unused('getContrastingTextColor')
export const colorToRgba = unused('colorToRgba')
export const isDarkColor = unused('isDarkColor')
export const decodeTextFragmentDirective = unused('decodeTextFragmentDirective')
export const processTextFragmentDirective = fragment => fragment
