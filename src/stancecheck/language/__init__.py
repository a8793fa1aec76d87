"""English text in parts: paragraphs, sentences, quotations, words, the forms of verbs, and closed classes of words."""
