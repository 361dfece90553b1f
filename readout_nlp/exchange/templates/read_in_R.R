# Reads this folder into R. Set the working directory to the folder, then
#   source("read_in_R.R", encoding = "UTF-8")
# Needs Matrix and quanteda; stm and keyATM only where they are used.
library(Matrix)
library(quanteda)

variables <- read.csv("docvars.csv", fileEncoding = "UTF-8", stringsAsFactors = FALSE,
                      colClasses = "character")
for (name in intersect(c("year", "quarter"), names(variables)))
  variables[[name]] <- as.integer(variables[[name]])
if ("date" %in% names(variables)) variables$date <- as.Date(variables$date)

# quanteda: a document-feature matrix with its document variables
counts <- as(readMM("counts.mtx"), "CsparseMatrix")
dimnames(counts) <- list(variables$doc_id, readLines("vocabulary.txt", encoding = "UTF-8"))
dfmat <- as.dfm(counts)
docvars(dfmat) <- variables

# stm: documents, vocab and meta; documents without a word are left out of all three
stm_input <- convert(dfmat, to = "stm", docvars = variables)
# model <- stm::stm(stm_input$documents, stm_input$vocab, K = 20, data = stm_input$meta)

# keyATM: documents without a word are left out
# keyatm_input <- keyATM::keyATM_read(dfmat[rowSums(dfmat) > 0, ], keep_docnames = TRUE)

# the model of this export, where there is one: topics x terms, documents x topics
if (file.exists("topic_terms.csv")) {
  topic_terms <- as.matrix(read.csv("topic_terms.csv", row.names = 1, check.names = FALSE,
                                    fileEncoding = "UTF-8"))
  doc_topics <- as.matrix(read.csv("doc_topics.csv", row.names = 1, check.names = FALSE,
                                   fileEncoding = "UTF-8"))
}

# back again: write an stm model so that `readout-nlp import FOLDER --from r --log-beta` reads it
# dir.create("back")
# write.csv(model$beta$logbeta[[1]], "back/topic_terms.csv")
# writeLines(model$vocab, "back/vocabulary.txt", useBytes = TRUE)
# write.csv(data.frame(doc_id = names(stm_input$documents), model$theta), "back/doc_topics.csv",
#           row.names = FALSE)
