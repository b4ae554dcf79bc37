import { pageLang } from '../words'

/** The form library speaks English only; what it shows is put into Chinese as it appears. */
const CHINESE: Readonly<Record<string, string>> = {
  Send: '提交',
  Okay: '已确认',
  Remove: '删除',
  Add: '添加',
  'Change language': '切换语言',
  'Condition not satisfied: required': '此题必填',
  'Condition not satisfied: constraint': '填写的内容不符合要求，请检查',
  '1 question with error.': '有 1 题需要检查。',
  'Get location': '获取位置',
  'Try again': '重试',
  'Finding your location': '正在定位',
  'Save location': '保存位置',
  Cancel: '取消',
  'Cannot access location': '无法获取位置',
  'Grant location permission in the browser settings and make sure location is turned on.': '请在浏览器设置中允许定位，并打开定位功能。',
  'Rank items': '排序',
  'Take picture': '拍照',
  'Choose image': '选择图片',
  'No results found': '没有匹配项',
  'No available options': '没有可选项',
  'Location unavailable. Enable GPS and browser permissions, then restart the form to try again.': '无法定位，请打开定位并允许浏览器使用，然后重新打开表单。',
}

/** The same for English, where the library's words are not ours. */
const ENGLISH: Readonly<Record<string, string>> = {
  'Condition not satisfied: required': 'Please answer this question',
  'Condition not satisfied: constraint': 'This does not fit: please check what you typed',
  '1 question with error.': 'Check 1 question.',
}

export function translate(text: string, lang: 'en' | 'zh'): string {
  const bare = text.trim()
  const known = (lang === 'zh' ? CHINESE : ENGLISH)[bare]
  if (known) return text.replace(bare, known)
  const errors = /^(\d+) questions with errors\.$/.exec(bare)
  if (!errors) return text
  return lang === 'zh' ? `有 ${errors[1]} 题需要检查。` : `Check ${errors[1]} questions.`
}

function turn(node: Node, lang: 'en' | 'zh'): void {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT)
  for (let text: Node | null = node.nodeType === Node.TEXT_NODE ? node : walker.nextNode(); text; text = walker.nextNode()) {
    const turned = translate(text.nodeValue ?? '', lang)
    if (turned !== text.nodeValue) text.nodeValue = turned
  }
}

/** What is only spoken: the name of a button, a hint. */
const SPOKEN = ['aria-label', 'title', 'placeholder']

function turnSpoken(node: Node, lang: 'en' | 'zh'): void {
  if (!(node instanceof Element)) return
  for (const element of [node, ...node.querySelectorAll(SPOKEN.map((name) => `[${name}]`).join())])
    for (const name of SPOKEN) {
      const spoken = element.getAttribute(name)
      if (spoken && translate(spoken, lang) !== spoken) element.setAttribute(name, translate(spoken, lang))
    }
}

export function watchWords(place: HTMLElement): void {
  const lang = pageLang()
  const options = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: SPOKEN }
  new MutationObserver((changes) => {
    for (const { type, addedNodes, target } of changes)
      for (const node of type === 'childList' ? addedNodes : [target]) {
        if (type !== 'attributes') turn(node, lang)
        turnSpoken(node, lang)
      }
  }).observe(place, options)
}
