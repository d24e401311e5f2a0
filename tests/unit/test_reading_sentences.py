"""Where sentences end, in English and Russian: each case is its sentences, joined by " | "."""

import pytest

from models.reading import sentences

CASES = """
The bridge was closed. | It will open in May.
Is the bridge open? | Not yet! | Perhaps in May…
Mr. Smith met Mrs. Jones and Dr. Brown. | They talked.
Gen. Miller and Sen. Clark spoke. | Gov. Hill listened.
MR. SMITH met MS. JONES. | They talked.
The U.S. Senate voted. | The bill passed.
Talks ended in the U.S. on Friday. | The U.K. took part.
Talks ended in the U.S. | The sides will meet again.
Talks ended in the U.S. | But no paper was signed.
The U.S.-Russia summit ended. | It was short.
They came to Washington, D.C. on Monday. | It rained.
They came to Washington, D.C. | They left at once.
George W. Bush spoke. | J. K. Rowling wrote.
It began at 5 p.m. on Monday. | It ended at 7 p.m. | The hall was full.
It began at 10 a.m. Moscow time. | It was cold.
Prices grew by 3.5 percent. | Wages by 1.2.
It cost $3.5 billion in all. | 40 people came.
On Jan. 3 the port closed. | On Feb. 4 it opened.
The firm Stone Inc. said so. | Stone & Co. agreed.
Stone Inc. paid. | The rest did not.
Bring bread, salt, etc. | Everyone eats.
Some of them (e.g. the ferry) run. | Others, i.e. the trains, do not.
See Fig. 3 and No. 5 for that. | The rest is plain.
Will you come? | No. | We will stay here.
No. | That is not so.
He holds a Ph.D. from the north. | She does too.
“It is done,” he said. | “We go home.”
“It is done.” | He left the hall.
“Is it done?” he asked. | “Yes.”
“Is it done?” Smith asked. | “It is.”
“What a day!” the minister said. | Nobody answered.
"It is done," she said. | "We go home."
He called it “a day of joy.” | They did not.
They came (in May). | (It rained.) | They left.
The road is closed.[1] | The bridge is open.[2]
He waited… and waited. | Then he left.
He waited... and waited. | Then he left... | Nobody came.
Visit kremlin.ru or whitehouse.gov for more. | It is free.
The site Lenta.Ru wrote of it. | Others followed.
St. Petersburg is cold. | Ft. Worth is not.
Section 1. The road is closed. | Sec. 2. The bridge is open.
1. The road is closed. | 2. The bridge is open.
The case Stone vs. Hill ended. | Hill won.
They fought on Main St. in May. | It was loud.
What?! | Nobody knows.
He said: “We will come. | We will stay.” | They did.
– We will come. | – We will stay.
Mr. Trump Jr. came. | He left at noon.
**The road is closed.** | **The bridge is open.**
Мост закрыли. | Его откроют в мае.
Мост открыт? | Ещё нет! | Может быть, в мае…
В 2022 г. Россия ответила. | Так было.
Это было в 2022 г. | Однако мост стоял.
В 2021–2022 гг. мост чинили. | Потом его открыли.
В XIX в. мост построили. | Он стоит.
А. С. Пушкин писал. | Мы читали.
А.С. Пушкин писал. | Мы читали.
Об этом сказал С.В. Лавров. | Он был краток.
Об этом сказал С. Лавров. | Он был краток.
Мост, т.е. переправу, закрыли. | Жаль.
Мост, т. е. переправу, закрыли. | Жаль.
Хлеб, соль и т.д. | Всё это есть.
Хлеб, соль и т. п. раздали. | Все поели.
Приехали врачи, учителя и др. | Их ждали.
Потратили 5 млн руб. на мост. | Он стоит.
Потратили 5 млн. рублей. | Мост стоит.
Потратили 5 тыс. долларов. | Мост стоит.
Потратили 5 млн руб. | Инвесторы ждали.
Потратили 5 млрд. | Годом ранее было иначе.
''It is done,'' he said. | ''We go home.''
The road is closed. | <b>The bridge</b> is open.
Он живёт на ул. Полевой в г. Туле. | Там тихо.
Рост составил 3,5 проц. в год. | Это мало.
Рост составил 3.5 процента. | Это мало.
«Мост открыт», — сказал он. | Все ушли.
«Мост открыт!» — сказал он. | Все ушли.
«Мост открыт?» — спросил Полев. | «Да».
«Мост открыт». | Все ушли.
«Мост открыт?» | Никто не ответил.
— Мост открыт, — сказал он. | — Идите домой.
— Мост открыт? — спросил он. | — Да.
— Мост открыт! — сказал он. | — Идите.
Он ждал… и ждал. | Потом ушёл.
Он ждал... | Потом ушёл.
Что?! | Никто не знает.
Приехал проф. Полев. | С ним акад. Лугов.
Встреча пройдёт 5 янв. в Москве. | Её ждали.
См. рис. 3 и табл. 4. | Там всё есть.
Об этом пишет сайт «Газета.Ru». | Ему верят.
Глава 1. Мост. | Глава 2. Дорога.
1. Мост открыт. | 2. Дорога закрыта.
Он сказал: «Мы придём. | Мы останемся». | Так и было.
И.о. главы города ответил. | Ему поверили.
Зам. министра ответил. | Ему поверили.
Он родился в 1950 г. в Москве. | Там и живёт.
Погибли 20 чел. | Это много.
В г. Туле тихо. | В с. Полевом тоже.
Г-н Полев ответил. | Г-жа Лугова молчала.
Соглашение с ЕС. | Оно в силе.
Он из США. | Она из РФ.
(Смех.) | Вы правы.
""".strip().splitlines()


@pytest.mark.parametrize("case", CASES)
def test_sentences_end_here(case: str) -> None:
    parts = case.split(" | ")
    text = " ".join(parts)
    assert [text[one.start : one.end] for one in sentences(text, 0, len(text))] == parts
