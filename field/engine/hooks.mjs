/** The form library keeps its engine to itself: here its loader is exported as well. */
export async function load(url, context, next) {
  const loaded = await next(url, context)
  if (!/\/@getodk\/web-forms\/dist\/index-[^/]+\.js$/.test(url)) return loaded
  return { ...loaded, source: `${loaded.source}\nexport { loadForm as loadEngineForm }` }
}
